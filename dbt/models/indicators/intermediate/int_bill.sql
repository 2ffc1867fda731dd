-- What a bill asked for on its day, and the day payments had covered it; prepaid accounts owe
-- nothing. Lines added to a bill later are left out: they were not due then.
-- Grain: one row per bill_id.
{{ config(materialized='view') }}

with

bill_lines as (
    select * from {{ ref('fct_bill_line') }}
    where item_code <> 'lifetime'
    qualify billed_date = min(billed_date) over (partition by bill_id)
),

payments as (
    select * from {{ ref('fct_payment') }}
    where bill_id is not null
),

accounts as (
    select * from {{ ref('dim_account_history') }}
    where account_type_code <> 'prepaid'
),

bills as (
    select
        bill_id,
        account_id,
        billed_date,
        min(due_date) as due_date,
        sum(amount_yuan) as amount_yuan
    from bill_lines
    where due_date is not null
    group by bill_id, account_id, billed_date
    having sum(amount_yuan) > 0
),

paid_so_far as (
    select
        bill_id,
        paid_date,
        sum(amount_yuan) over (
            partition by bill_id
            order by paid_date asc nulls last
            range between unbounded preceding and current row
        ) as paid_yuan
    from payments
),

settlements as (
    select
        bills.bill_id,
        min(paid_so_far.paid_date) as settled_date
    from bills
    inner join paid_so_far
        on bills.bill_id = paid_so_far.bill_id and bills.amount_yuan <= paid_so_far.paid_yuan
    group by bills.bill_id
),

final as (
    select
        bills.bill_id,
        bills.account_id,
        accounts.customer_key,
        bills.billed_date,
        bills.due_date,
        bills.amount_yuan,
        settlements.settled_date
    from bills
    inner join accounts
        on
            bills.account_id = accounts.account_id
            and bills.billed_date >= accounts.valid_from
            and bills.billed_date < accounts.valid_to
    left join settlements on bills.bill_id = settlements.bill_id
)

select * from final
