-- Every customer known on the day of a snapshot, and which systems could speak of them by then.
-- Grain: one row per customer_key, as_of_date.
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

customers as (
    select * from {{ ref('dim_customer') }}
),

records as (
    select * from {{ ref('int_customer_xref') }}
),

accounts as (
    select * from {{ ref('dim_account_history') }}
),

record_dates as (
    select
        customer_key,
        min(first_known_date) filter (where source_name = 'crm') as crm_date,
        min(first_known_date) filter (where source_name = 'boss') as account_date,
        min(first_known_date) filter (where source_name = 'web') as web_date
    from records
    group by customer_key
),

wallet_dates as (
    select
        customer_key,
        min(valid_from) as wallet_date
    from accounts
    where account_type_code = 'wallet'
    group by customer_key
),

final as (
    select
        customers.customer_key,
        stale.day_date as as_of_date,
        case
            when record_dates.account_date <= stale.day_date then record_dates.account_date
        end as account_date,
        coalesce(record_dates.crm_date <= stale.day_date, false) as has_crm,
        coalesce(record_dates.account_date <= stale.day_date, false) as has_account,
        coalesce(wallet_dates.wallet_date <= stale.day_date, false) as has_wallet,
        coalesce(record_dates.web_date <= stale.day_date, false) as has_web,
        stale.version as _version
    from customers
    inner join stale on customers.first_seen_date <= stale.day_date
    left join record_dates on customers.customer_key = record_dates.customer_key
    left join wallet_dates on customers.customer_key = wallet_dates.customer_key
)

select * from final
