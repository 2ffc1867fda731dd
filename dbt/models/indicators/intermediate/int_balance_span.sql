-- A customer's money in all wallets as a step function: known on days with movement and carried
-- forward until the next. Grain: one row per customer_key, from_date.
{{ config(materialized='view') }}

with

balance_days as (
    select * from {{ ref('fct_balance_day') }}
),

customers as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

steps as (
    select
        customers.customer_key,
        balance_days.balance_date,
        balance_days.balance_yuan - coalesce(
            lag(balance_days.balance_yuan) over (
                partition by balance_days.account_id
                order by balance_days.balance_date asc nulls last
            ), 0
        ) as step_yuan
    from balance_days
    inner join customers on balance_days.account_id = customers.source_id
),

customer_steps as (
    select
        customer_key,
        balance_date,
        sum(step_yuan) as step_yuan
    from steps
    group by customer_key, balance_date
),

final as (
    select
        customer_key,
        balance_date as from_date,
        coalesce(
            lead(balance_date) over (
                partition by customer_key
                order by balance_date asc nulls last
            ),
            date '9999-12-31'
        ) as to_date,
        sum(step_yuan) over (
            partition by customer_key
            order by balance_date asc nulls last
            rows between unbounded preceding and current row
        ) as balance_yuan
    from customer_steps
)

select * from final
