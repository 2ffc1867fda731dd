-- All that was delivered as billed up to the run's day is in the lifetime figure of some customer.
-- The only money that may be missing is that of accounts no delivery has named yet, for nobody can
-- know whose it is; how much of it is bearable is a matter of the gate `marts`.
with

raw_lines as (
    select
        bill_line_id,
        max_by(account_id, {{ delivery_order() }}) as account_id,
        max_by(billed_date, {{ delivery_order() }}) as billed_date,
        max_by(amount_yuan, {{ delivery_order() }}) as amount_yuan
    from {{ ref('stg_boss__bills') }}
    group by bill_line_id
),

delivered_accounts as (
    select distinct delivered.account_id
    from {{ ref('stg_boss__accounts') }} as delivered
    inner join {{ source('audit', 'run_context') }} as run_context
        on delivered.business_date <= run_context.as_of_date
),

raw_total as (
    select coalesce(sum(raw_lines.amount_yuan), 0) as amount_yuan
    from raw_lines
    inner join delivered_accounts on raw_lines.account_id = delivered_accounts.account_id
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
