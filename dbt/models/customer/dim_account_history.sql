-- Billing accounts as every delivery described them; valid_to is exclusive.
-- Grain: one row per account_id, valid_from.
with

accounts as (
    select * from {{ ref('stg_boss__accounts') }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

xref as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

deliveries as (
    select accounts.*
    from accounts
    cross join run_context
    where accounts.business_date <= run_context.as_of_date
),

versions as (
    {{ dated_versions('deliveries', id='account_id', born='opened_date') }}
),

final as (
    select
        versions.account_id,
        versions.valid_from,
        versions.valid_to,
        xref.customer_key,
        versions.account_type_code,
        versions.payment_method_code,
        versions.is_paperless,
        versions.opened_date,
        versions.closed_date,
        versions.status_code
    from versions
    left join xref on versions.account_id = xref.source_id
)

select * from final
