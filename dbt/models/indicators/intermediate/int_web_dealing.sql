-- Logins and orders of an account's customer in the windows before a snapshot; cancelled orders
-- never happened. Grain: one row per customer_key, as_of_date.
{{ config(materialized='view') }}

with

accounts as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

dealings as (
    select
        account_id,
        login_date as dealing_date,
        1 as logins,
        0 as orders,
        0 as returned,
        cast(0 as decimal(12, 2)) as order_yuan
    from {{ ref('fct_login') }}
    union all
    select
        account_id,
        order_date as dealing_date,
        0 as logins,
        1 as orders,
        case when status_code = 'returned' then 1 else 0 end as returned,
        amount_yuan as order_yuan
    from {{ ref('fct_order') }}
    where status_code <> 'cancelled'
),

summed as (
    select
        accounts.customer_key,
        periods.period_date,
        sum(dealings.logins) as logins,
        sum(dealings.orders) as orders,
        sum(dealings.returned) as returned,
        sum(dealings.order_yuan) as order_yuan,
        max(case when dealings.orders = 1 then dealings.dealing_date end) as last_order_date
    from dealings
    inner join {{ ref('int_event_period') }} as periods
        on dealings.dealing_date = periods.event_date
    inner join accounts on dealings.account_id = accounts.source_id
    group by accounts.customer_key, periods.period_date
),

final as (
    select
        summed.customer_key,
        periods.as_of_date,
        {{ sum_within('logins', 30) }} as logins_30d,
        {{ sum_within('logins', 90) }} as logins_90d,
        {{ sum_within('orders', 90) }} as orders_90d,
        {{ sum_within('orders', 365) }} as orders_365d,
        {{ sum_within('returned', 365) }} as returned_365d,
        {{ sum_within('order_yuan', 365) }} as order_yuan_365d,
        max(summed.last_order_date) as last_order_date
    from summed
    inner join {{ ref('int_snapshot_period') }} as periods
        on summed.period_date = periods.period_date
    group by summed.customer_key, periods.as_of_date
)

select * from final
