-- Wallet balances by day as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('boss', 'account_balance_days') }}
),

final as (
    select
        account_id,
        balance_date,
        balance_yuan,
        inflow_yuan,
        outflow_yuan,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
