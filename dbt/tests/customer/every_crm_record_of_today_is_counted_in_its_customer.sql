-- No CRM record is lost when several become one customer.
with

delivered as (
    select count(distinct customers.crm_customer_id) as records_count
    from {{ ref('stg_crm__customers') }} as customers
    cross join {{ source('audit', 'run_context') }} as run_context
    where customers.business_date <= run_context.as_of_date
),

counted as (
    select coalesce(sum(crm_record_count), 0) as records_count
    from {{ ref('dim_customer') }}
)

select
    delivered.records_count as delivered_count,
    counted.records_count as counted_count
from delivered
cross join counted
where delivered.records_count <> counted.records_count
