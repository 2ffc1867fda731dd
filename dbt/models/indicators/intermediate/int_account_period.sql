-- What an account was charged and paid, summed once per piece of the calendar. The opening total
-- carried over says what came before, not when: it is in no window.
-- Grain: one row per account_id, period_date.
{{ config(materialized='view') }}

with

movements as (
    select
        account_id,
        billed_date as event_date,
        amount_yuan as billed_yuan,
        0 as paid_yuan,
        cast(null as date) as paid_date
    from {{ ref('fct_bill_line') }}
    where item_code <> 'lifetime'
    union all
    select
        account_id,
        paid_date as event_date,
        0 as billed_yuan,
        amount_yuan as paid_yuan,
        paid_date
    from {{ ref('fct_payment') }}
),

final as (
    select
        movements.account_id,
        periods.period_date,
        sum(movements.billed_yuan) as billed_yuan,
        sum(movements.paid_yuan) as paid_yuan,
        max(movements.paid_date) as last_date
    from movements
    inner join {{ ref('int_event_period') }} as periods
        on movements.event_date = periods.event_date
    group by movements.account_id, periods.period_date
)

select * from final
