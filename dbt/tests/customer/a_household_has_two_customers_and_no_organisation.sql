-- A household of one is none, and a business or government body lives nowhere.
with

households as (
    select * from {{ ref('map_household') }}
),

customers as (
    select * from {{ ref('dim_customer') }}
),

final as (
    select households.household_id
    from households
    inner join customers on households.customer_key = customers.customer_key
    group by households.household_id
    having
        count(*) < 2
        or max(case when customers.party_type_code in ('B', 'G') then 1 else 0 end) = 1
)

select * from final
