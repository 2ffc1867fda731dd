-- Day by day, the newest delivered amounts of all bill lines add up to what the fact says.
with

raw_lines as (
    select
        bill_line_id,
        max_by(billed_date, {{ delivery_order() }}) as billed_date,
        max_by(amount_yuan, {{ delivery_order() }}) as amount_yuan
    from {{ ref('stg_boss__bills') }}
    group by bill_line_id
),

raw_days as (
    select
        billed_date,
        count(*) as lines_count,
        sum(amount_yuan) as amount_yuan
    from raw_lines
    group by billed_date
),

fact_days as (
    select
        billed_date,
        count(*) as lines_count,
        sum(amount_yuan) as amount_yuan
    from {{ ref('fct_bill_line') }}
    group by billed_date
)

select
    coalesce(raw_days.billed_date, fact_days.billed_date) as billed_date,
    raw_days.amount_yuan as raw_yuan,
    fact_days.amount_yuan as fact_yuan
from raw_days
full outer join fact_days on raw_days.billed_date = fact_days.billed_date
where
    coalesce(raw_days.lines_count, 0) <> coalesce(fact_days.lines_count, 0)
    or coalesce(raw_days.amount_yuan, 0) <> coalesce(fact_days.amount_yuan, 0)
