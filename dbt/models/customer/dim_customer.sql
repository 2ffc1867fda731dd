-- Every customer of any system as of the run's day. Grain: one row per customer_key.
with

history as (
    select * from {{ ref('dim_customer_history') }}
),

accounts as (
    select * from {{ ref('dim_account') }}
),

visitors as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'web'
),

sightings as (
    select
        customer_key,
        valid_from as seen_date,
        'crm' as source_name
    from history
    union all
    select
        customer_key,
        first_seen_date as seen_date,
        'boss' as source_name
    from accounts
    union all
    select
        customer_key,
        first_known_date as seen_date,
        'web' as source_name
    from visitors
),

customers as (
    select
        customer_key,
        min(seen_date) as first_seen_date,
        count(*) filter (where source_name = 'crm') > 0 as has_crm,
        count(*) filter (where source_name = 'boss') > 0 as has_boss,
        count(*) filter (where source_name = 'web') > 0 as has_web
    from sightings
    group by customer_key
),

final as (
    select
        customers.customer_key,
        coalesce(history.party_type_code, 'U') as party_type_code,
        history.birth_date,
        history.sex_code,
        history.occupation_code,
        history.marital_code,
        history.dependents_count,
        history.region_code,
        history.industry_code,
        history.status_code,
        history.registered_date,
        coalesce(history.crm_record_count, 0) as crm_record_count,
        customers.first_seen_date,
        customers.has_crm,
        customers.has_boss,
        customers.has_web
    from customers
    left join history on customers.customer_key = history.customer_key and history.is_current
)

select * from final
