-- Bills per customer, per account and per product are the same bills: each sum equals that of the
-- facts, of what was known on the run's day and belongs to the grain.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

spine as (
    select
        account_id,
        built.as_of_date
    from {{ ref('ind_account') }} as built
    inner join run_context on built.as_of_date = run_context.as_of_date
),

owners as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

customers as (
    select built.*
    from {{ ref('ind_value') }} as built
    inner join run_context on built.as_of_date = run_context.as_of_date
),

products as (
    select built.*
    from {{ ref('ind_product') }} as built
    inner join run_context on built.as_of_date = run_context.as_of_date
),

{% for days in (30, 90, 365) -%}
    facts_{{ days }}d as (
        select
            sum(bill_lines.amount_yuan) filter (where spine.account_id is not null) as account_yuan,
            sum(bill_lines.amount_yuan) filter (
                where customers.billed_yuan_{{ days }}d is not null
            ) as customer_yuan,
            sum(bill_lines.amount_yuan) filter (where products.product_id is not null)
                as product_yuan
        from {{ ref('fct_bill_line') }} as bill_lines
        inner join run_context
            on
                bill_lines.billed_date <= run_context.as_of_date
                and bill_lines.billed_date > {{ add_days('run_context.as_of_date', -days) }}
        left join spine on bill_lines.account_id = spine.account_id
        left join owners on bill_lines.account_id = owners.source_id
        left join customers on owners.customer_key = customers.customer_key
        left join {{ ref('dim_subscription_history') }} as held
            on
                bill_lines.subscription_id = held.subscription_id
                and bill_lines.billed_date >= held.valid_from
                and bill_lines.billed_date < held.valid_to
        left join products on held.product_id = products.product_id
        where bill_lines.item_code <> 'lifetime'
    ),

{% endfor -%}
compared as (
    {% for days in (30, 90, 365) -%}
        {% for grain, table in {
            'customer': 'customers', 'account': ref('ind_account'), 'product': 'products',
        }.items() -%}
            {%- set before = '' if grain == 'customer' else grain ~ '_' -%}
            {%- set column = before ~ 'billed_yuan_' ~ days ~ 'd' -%}
            select
                '{{ column }}' as indicator_name,
                (
                    select sum(cast({{ column }} as decimal(18, 2)))
                    from {{ table }} as built
                    inner join run_context on built.as_of_date = run_context.as_of_date
                ) as built_yuan,
                (select {{ grain }}_yuan from facts_{{ days }}d) as facts_yuan
            {{ 'union all' if not loop.last }}
        {% endfor -%}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from compared
where coalesce(built_yuan, 0) <> coalesce(facts_yuan, 0)
