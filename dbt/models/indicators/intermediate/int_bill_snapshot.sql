-- Bills past their due day on the day of a snapshot, and how late they were paid as far as known
-- then: a later payment has not happened yet. Grain: one row per bill_id, as_of_date.
{{ config(materialized='view') }}

with

bills as (
    select * from {{ ref('int_bill') }}
),

snapshots as (
    select as_of_date from {{ source('audit', 'segment_days') }}
),

final as (
    select
        bills.bill_id,
        snapshots.as_of_date,
        bills.account_id,
        bills.customer_key,
        bills.amount_yuan,
        {{ days_between('bills.due_date', 'snapshots.as_of_date') }} as due_ago,
        coalesce(bills.settled_date <= snapshots.as_of_date, false) as is_settled,
        greatest(0, {{ days_between(
            'bills.due_date',
            'least(coalesce(bills.settled_date, snapshots.as_of_date), snapshots.as_of_date)'
        ) }}) as late_days
    from bills
    inner join snapshots
        on bills.billed_date <= snapshots.as_of_date and bills.due_date < snapshots.as_of_date
)

select * from final
