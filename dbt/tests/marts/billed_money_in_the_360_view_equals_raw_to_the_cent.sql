-- All that was delivered as billed up to the run's day is in the lifetime figure of some customer:
-- a bill without an account, or an account without a customer, would be missing money.
with

raw_lines as (
    select
        bill_line_id,
        max_by(billed_date, {{ delivery_order() }}) as billed_date,
        max_by(amount_yuan, {{ delivery_order() }}) as amount_yuan
    from {{ ref('stg_boss__bills') }}
    group by bill_line_id
),

raw_total as (
    select coalesce(sum(raw_lines.amount_yuan), 0) as amount_yuan
    from raw_lines
    inner join {{ source('audit', 'run_context') }} as run_context
        on raw_lines.billed_date <= run_context.as_of_date
),

mart_total as (
    select coalesce(sum(billed_yuan_lifetime), 0) as amount_yuan
    from {{ ref('mart_customer_360') }}
)

select
    raw_total.amount_yuan as raw_yuan,
    mart_total.amount_yuan as mart_yuan
from raw_total
cross join mart_total
where raw_total.amount_yuan <> mart_total.amount_yuan
