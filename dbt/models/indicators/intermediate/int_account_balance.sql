-- The balance of a wallet on the day of a snapshot and its daily mean before it; days without
-- movement count with the balance that stood. Grain: one row per account_id, as_of_date.
{{ config(materialized='view') }}
{%- set last_day = add_days('spans.to_date', -1) %}
{%- set seen_from = 'snapshots.as_of_date' %}
with

snapshots as (
    select as_of_date from {{ source('audit', 'snapshots') }}
),

spans as (
    select
        account_id,
        balance_yuan,
        balance_date as from_date,
        coalesce(
            lead(balance_date) over (partition by account_id order by balance_date asc nulls last),
            date '9999-12-31'
        ) as to_date
    from {{ ref('fct_balance_day') }}
),

standing as (
    select
        spans.account_id,
        snapshots.as_of_date,
        spans.balance_yuan,
        spans.to_date > snapshots.as_of_date as is_last,
        {{ days_in_window('spans.from_date', last_day, 30, seen_from) }} as days_30d,
        {{ days_in_window('spans.from_date', last_day, 90, seen_from) }} as days_90d
    from spans
    inner join snapshots
        on
            spans.from_date <= snapshots.as_of_date
            and spans.to_date > {{ add_days('snapshots.as_of_date', -90) }}
),

final as (
    select
        account_id,
        as_of_date,
        sum(balance_yuan) filter (where is_last) as last_yuan,
        cast(sum(balance_yuan * days_30d) as double) / nullif(sum(days_30d), 0) as mean_yuan_30d,
        cast(sum(balance_yuan * days_90d) as double) / nullif(sum(days_90d), 0) as mean_yuan_90d
    from standing
    group by account_id, as_of_date
)

select * from final
