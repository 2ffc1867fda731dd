-- Day by day, the newest delivered amounts of every table with money add up to what its fact says.
{%- set tables = {
    'fct_bill_line': ['stg_boss__bills', 'bill_line_id', 'billed_date', ['amount_yuan']],
    'fct_payment': ['stg_boss__payments', 'payment_id', 'paid_date', ['amount_yuan']],
    'fct_order': ['stg_web__orders', 'order_id', 'order_date', ['amount_yuan']],
    'fct_balance_day': [
        'stg_boss__account_balance_days', 'account_id, balance_date', 'balance_date',
        ['balance_yuan', 'inflow_yuan', 'outflow_yuan'],
    ],
} %}
with

{% for fact, (delivered, key, day, amounts) in tables.items() -%}
    {{ fact }}_raw as (
        select
            {% for amount in amounts -%}
                max_by({{ amount }}, {{ delivery_order() }}) as {{ amount }},
            {% endfor -%}
            max_by(event_date, {{ delivery_order() }}) as day_date
        from {{ ref(delivered) }}
        group by {{ key }}
    ),

{% endfor -%}
sums as (
    {% for fact, (delivered, key, day, amounts) in tables.items() -%}
        {% set sides = [(fact ~ '_raw', 'day_date', 1), (ref(fact), day, -1)] -%}
        {% for relation, date_column, sign in sides -%}
            select
                '{{ fact }}' as fact_name,
                {{ date_column }} as day_date,
                {{ sign }} * count(*) as rows_count,
                {{ sign }} * sum({{ amounts[0] }}) as first_yuan,
                {{ sign }} * sum({{ amounts[1] if amounts | length > 1 else 0 }}) as second_yuan,
                {{ sign }} * sum({{ amounts[2] if amounts | length > 1 else 0 }}) as third_yuan
            from {{ relation }}
            group by {{ date_column }}
            {{ 'union all' if not loop.last }}
        {% endfor -%}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    fact_name,
    day_date
from sums
group by fact_name, day_date
having
    sum(rows_count) <> 0
    or coalesce(sum(first_yuan), 0) <> 0
    or coalesce(sum(second_yuan), 0) <> 0
    or coalesce(sum(third_yuan), 0) <> 0
