-- Wallet balances at the end of a day with movement (and of each month).
-- Grain: one row per account_id, balance_date.
{%- set keys = ['account_id', 'balance_date'] -%}
{%- set rule = {
    'day': 'balance_date', 'versions': 'event_days', 'source': 'boss', 'table': 'account_balance_days',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

balances as (
    {{ stale_events(
        ref('stg_boss__account_balance_days'), source('audit', 'event_days'), rule, keys
    ) }}
),

final as (
    select
        account_id,
        balance_date,
        balance_yuan,
        inflow_yuan,
        outflow_yuan,
        _version
    from balances
)

select * from final
