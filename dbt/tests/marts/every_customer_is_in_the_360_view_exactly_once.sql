-- Nobody is lost, nobody stands twice, nobody is invented.
with

known as (
    select customer_key from {{ ref('dim_customer') }}
),

shown as (
    select
        customer_key,
        count(*) as rows_count
    from {{ ref('mart_customer_360') }}
    group by customer_key
)

select
    coalesce(known.customer_key, shown.customer_key) as customer_key,
    shown.rows_count
from known
full outer join shown on known.customer_key = shown.customer_key
where known.customer_key is null or shown.rows_count is distinct from 1
