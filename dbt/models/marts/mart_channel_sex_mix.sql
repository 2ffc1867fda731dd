-- Which share of the e-channel turnover of a year women and men make up, against the articles'
-- claim of three to one. A share of money is a ratio of sums over customers; its interval is that
-- of a ratio estimator: var = sum((part - share * whole)^2) / (sum whole)^2 (Cochran 1977, Sampling
-- Techniques, 6.4). Grain: one row per channel_code, sex_code.
{%- set claims = {'F': 0.75, 'M': 0.25} %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

orders as (
    select
        payers.customer_key,
        customers.sex_code,
        orders.channel_code,
        orders.amount_yuan
    from {{ ref('fct_order') }} as orders
    inner join {{ ref('dim_account') }} as payers on orders.account_id = payers.account_id
    inner join {{ ref('dim_customer') }} as customers
        on payers.customer_key = customers.customer_key
    cross join run_context
    where
        orders.status_code = 'paid'
        and customers.sex_code in (
            '{{ claims | join("', '") }}'
        )
        and {{ days_between('orders.order_date', 'run_context.as_of_date') }} between 0 and 364
),

channels as (
    select * from orders
    union all
    select
        customer_key,
        sex_code,
        'all' as channel_code,
        amount_yuan
    from orders
),

spenders as (
    select
        channel_code,
        sex_code,
        customer_key,
        count(*) as orders_count,
        sum(amount_yuan) as yuan
    from channels
    group by channel_code, sex_code, customer_key
),

summed as (
    select
        channel_code,
        sex_code,
        count(*) as buyers_count,
        sum(orders_count) as orders_count,
        sum(yuan) as yuan,
        sum(cast(yuan as decimal(12, 2)) * cast(yuan as decimal(12, 2))) as squared_yuan
    from spenders
    group by channel_code, sex_code
),

shared as (
    select
        *,
        cast(yuan as double) / cast(sum(yuan) over channel as double) as turnover_share,
        cast(sum(squared_yuan) over channel as double) as channel_squared_yuan,
        cast(sum(yuan) over channel as double) as channel_yuan
    from summed
    window channel as (partition by channel_code)
),

-- whose part it is brings (1 - share) of the own amount, everybody else -share of it
judged as (
    select
        marked.*,
        {{ z_95() }} * sqrt(
            (1 - 2 * marked.turnover_share) * cast(marked.squared_yuan as double)
            + marked.turnover_share * marked.turnover_share * marked.channel_squared_yuan
        ) / marked.channel_yuan as margin_share
    from ({{ small_groups_marked('shared', 'buyers_count', 'channel_code', 'sex_code') }}) as marked
),

final as (
    select
        judged.channel_code,
        judged.sex_code,
        judged.is_suppressed,
        case when not judged.is_suppressed then judged.buyers_count end as customers_count,
        case when not judged.is_suppressed then cast(judged.orders_count as bigint) end
            as orders_count,
        case when not judged.is_suppressed then cast(judged.yuan as decimal(18, 2)) end
            as turnover_yuan_365d,
        case when not judged.is_suppressed then judged.turnover_share end as turnover_share,
        case
            when not judged.is_suppressed then round(judged.turnover_share - judged.margin_share, 6)
        end
            as turnover_ci_low_share,
        case
            when not judged.is_suppressed then round(judged.turnover_share + judged.margin_share, 6)
        end
            as turnover_ci_high_share,
        case judged.sex_code
            {%- for sex, claim in claims.items() %}
                when '{{ sex }}' then cast({{ claim }} as double)
            {%- endfor %}
        end as claimed_share,
        case
            when not judged.is_suppressed
                then abs(judged.turnover_share - case judged.sex_code
                    {%- for sex, claim in claims.items() %}
                        when '{{ sex }}' then cast({{ claim }} as double)
                    {%- endfor %}
                end) <= judged.margin_share
        end as is_claim_in_interval,
        run_context.as_of_date
    from judged
    cross join run_context
)

select * from final
