-- Two ways to the same money: bands of age from the bills of their members, whose accounts are told
-- by identity, and the turnover of women and men from the orders of their accounts. A hidden band
-- says nothing, so all are compared only where none is.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

owners as (
    select
        source_id as account_id,
        customer_key
    from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

bands as (
    select
        count(*) filter (where is_suppressed) as hidden_count,
        sum(billed_yuan_365d) as shown_yuan
    from {{ ref('mart_age_band_spend') }}
),

bills as (
    select sum(bill_lines.amount_yuan) as facts_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join run_context
        on
            bill_lines.billed_date <= run_context.as_of_date
            and bill_lines.billed_date > {{ add_days('run_context.as_of_date', -365) }}
    inner join owners on bill_lines.account_id = owners.account_id
    inner join {{ ref('mart_customer_360') }} as customers
        on owners.customer_key = customers.customer_key
    where
        bill_lines.item_code <> 'lifetime'
        and customers.age_band_code in (
            select ages.segment_code from {{ ref('age_bands') }} as ages
        )
),

bought as (
    select
        orders.channel_code,
        customers.sex_code,
        sum(orders.amount_yuan) as facts_yuan
    from {{ ref('fct_order') }} as orders
    inner join run_context
        on
            orders.order_date <= run_context.as_of_date
            and orders.order_date > {{ add_days('run_context.as_of_date', -365) }}
    inner join owners on orders.account_id = owners.account_id
    inner join {{ ref('mart_customer_360') }} as customers
        on owners.customer_key = customers.customer_key
    where orders.status_code = 'paid'
    group by orders.channel_code, customers.sex_code
),

told as (
    select
        channel_code,
        sex_code,
        facts_yuan
    from bought
    union all
    select
        'all' as channel_code,
        sex_code,
        sum(facts_yuan) as facts_yuan
    from bought
    group by sex_code
)

select
    'age bands' as place,
    bands.shown_yuan,
    bills.facts_yuan
from bands
cross join bills
where bands.hidden_count = 0 and coalesce(bands.shown_yuan, 0) <> coalesce(bills.facts_yuan, 0)
union all
select
    concat(mix.channel_code, ' ', mix.sex_code) as place,
    mix.turnover_yuan_365d as shown_yuan,
    told.facts_yuan
from {{ ref('mart_channel_sex_mix') }} as mix
left join told
    on mix.channel_code = told.channel_code and mix.sex_code = told.sex_code
where not mix.is_suppressed and mix.turnover_yuan_365d is distinct from told.facts_yuan
