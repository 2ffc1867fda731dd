-- What happened to customers that others would like to have known before: the event of the seed
-- competing_events and its local day. Grain: one row per customer_key, event_code, event_date.
{{ config(materialized='view') }}

with

accounts as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

happened as (
    select
        customer_key,
        'churn' as event_code,
        exit_date as event_date
    from {{ ref('seg_lifecycle_exit') }}
    union all
    select
        records.customer_key,
        'complaint' as event_code,
        complaints.complaint_date as event_date
    from {{ ref('fct_complaint') }} as complaints
    inner join records on complaints.crm_customer_id = records.source_id
    union all
    select
        customer_key,
        'purchase' as event_code,
        started_date as event_date
    from {{ ref('dim_subscription') }}
    where customer_key is not null
    union all
    select
        accounts.customer_key,
        'purchase' as event_code,
        orders.order_date as event_date
    from {{ ref('fct_order') }} as orders
    inner join accounts on orders.account_id = accounts.source_id
    where orders.status_code = 'paid'
),

final as (
    select distinct
        happened.customer_key,
        happened.event_code,
        happened.event_date
    from happened
    cross join {{ source('audit', 'run_context') }} as run_context
    where happened.event_date <= run_context.as_of_date
)

select * from final
