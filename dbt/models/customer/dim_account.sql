-- Billing accounts as last delivered up to the run's day. Grain: one row per account_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

deliveries as (
    select
        accounts.*,
        least(
            min(accounts.business_date) over (partition by accounts.account_id),
            accounts.opened_date
        ) as first_seen_date
    from {{ ref('stg_boss__accounts') }} as accounts
    cross join run_context
    where accounts.business_date <= run_context.as_of_date
),

latest as (
    {{ latest_rows('deliveries', keys=['account_id']) }}
),

xref as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

final as (
    select
        latest.account_id,
        xref.customer_key,
        latest.account_type_code,
        latest.payment_method_code,
        latest.is_paperless,
        latest.opened_date,
        latest.closed_date,
        latest.status_code,
        latest.first_seen_date
    from latest
    left join xref on latest.account_id = xref.source_id
)

select * from final
