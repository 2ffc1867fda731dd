-- Subscriptions as they were known on the day of a snapshot. An end after that day is not there
-- yet, even when it was planned long before: it must not tell a model who is going to leave.
-- Grain: one row per subscription_id, as_of_date.
{{ config(materialized='view') }}

with

history as (
    select * from {{ ref('dim_subscription_history') }}
),

snapshots as (
    select as_of_date from {{ source('audit', 'segment_days') }}
),

known as (
    select
        history.*,
        snapshots.as_of_date,
        case
            when history.ended_date <= snapshots.as_of_date then history.ended_date
        end as gone_date
    from history
    inner join snapshots
        on
            history.valid_from <= snapshots.as_of_date
            and history.valid_to > snapshots.as_of_date
            and history.started_date <= snapshots.as_of_date
),

-- a snapshot shows the close of its day: what ended on the day itself is over
final as (
    select
        subscription_id,
        as_of_date,
        account_id,
        customer_key,
        product_id,
        family_code,
        contract_months,
        monthly_fee_yuan,
        coalesce(monthly_cost_yuan, 0) as monthly_cost_yuan,
        started_date,
        gone_date as ended_date,
        gone_date is null as is_active
    from known
)

select * from final
