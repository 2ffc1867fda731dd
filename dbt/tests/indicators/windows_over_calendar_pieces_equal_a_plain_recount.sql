-- Bills summed over pieces of the calendar are what a plain sum over the days of the window gives.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

owners as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

recounted as (
    select
        owners.customer_key,
        sum(bill_lines.amount_yuan) filter (
            where bill_lines.billed_date > {{ add_days('run_context.as_of_date', -30) }}
        ) as billed_yuan_30d,
        sum(bill_lines.amount_yuan) filter (
            where bill_lines.billed_date > {{ add_days('run_context.as_of_date', -365) }}
        ) as billed_yuan_365d
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join owners on bill_lines.account_id = owners.source_id
    cross join run_context
    where bill_lines.item_code <> 'lifetime' and bill_lines.billed_date <= run_context.as_of_date
    group by owners.customer_key
)

select
    built.customer_key,
    built.as_of_date
from {{ ref('ind_value') }} as built
inner join run_context on built.as_of_date = run_context.as_of_date
left join recounted on built.customer_key = recounted.customer_key
where
    abs(coalesce(built.billed_yuan_30d, 0) - coalesce(recounted.billed_yuan_30d, 0)) > 0.001
    or abs(coalesce(built.billed_yuan_365d, 0) - coalesce(recounted.billed_yuan_365d, 0)) > 0.001
