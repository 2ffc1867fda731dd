-- Accounts open at the close of a snapshot's day, as they were known then.
-- Grain: one row per account_id, as_of_date.
{{ config(materialized='view') }}

with

history as (
    select * from {{ ref('dim_account_history') }}
),

snapshots as (
    select as_of_date from {{ source('audit', 'segment_days') }}
),

final as (
    select
        history.account_id,
        snapshots.as_of_date,
        history.customer_key,
        history.account_type_code,
        history.payment_method_code,
        history.is_paperless
    from history
    inner join snapshots
        on
            history.valid_from <= snapshots.as_of_date
            and history.valid_to > snapshots.as_of_date
            and history.opened_date <= snapshots.as_of_date
    where coalesce(history.closed_date > snapshots.as_of_date, true)
)

select * from final
