-- Billing accounts as last delivered up to the run's day. Grain: one row per account_id.
with

history as (
    select * from {{ ref('dim_account_history') }}
),

first_seen as (
    select
        account_id,
        min(valid_from) as first_seen_date
    from history
    group by account_id
),

final as (
    select
        history.account_id,
        history.customer_key,
        history.account_type_code,
        history.payment_method_code,
        history.is_paperless,
        history.opened_date,
        history.closed_date,
        history.status_code,
        first_seen.first_seen_date
    from history
    inner join first_seen on history.account_id = first_seen.account_id
    where history.valid_to = date '9999-12-31'
)

select * from final
