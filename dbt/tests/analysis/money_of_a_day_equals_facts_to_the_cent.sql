-- The company's amounts of a day, over all kinds of customers and channels, are those of the facts.
{%- set amounts = {
    'billed_yuan': ['fct_bill_line', 'billed_date', 'amount_yuan', "item_code <> 'lifetime'"],
    'paid_yuan': ['fct_payment', 'paid_date', 'amount_yuan', 'true'],
    'inflow_yuan': ['fct_balance_day', 'balance_date', 'inflow_yuan', 'true'],
    'outflow_yuan': ['fct_balance_day', 'balance_date', 'outflow_yuan', 'true'],
    'order_yuan': ['fct_order', 'order_date', 'amount_yuan', "status_code <> 'cancelled'"],
} %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

told as (
    select
        kpi_date,
        measure_code,
        sum(measure_value) as amount_yuan
    from {{ ref('int_kpi_cell') }}
    where
        measure_code in (
            {% for measure in amounts -%}
                '{{ measure }}'{{ ',' if not loop.last }}
            {% endfor %}
        )
    group by kpi_date, measure_code
),

happened as (
    {% for measure, (fact, day, amount, kept) in amounts.items() -%}
        select
            facts.{{ day }} as kpi_date,
            '{{ measure }}' as measure_code,
            sum(facts.{{ amount }}) as amount_yuan
        from {{ ref(fact) }} as facts
        inner join run_context
            on
                facts.{{ day }} <= run_context.as_of_date
                and facts.{{ day }} > {{ add_days('run_context.as_of_date', '-' ~ kpi_days()) }}
        where {{ kept }}
        group by facts.{{ day }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    coalesce(told.kpi_date, happened.kpi_date) as kpi_date,
    coalesce(told.measure_code, happened.measure_code) as measure_code
from happened
full outer join told
    on happened.kpi_date = told.kpi_date and happened.measure_code = told.measure_code
where coalesce(told.amount_yuan, 0) <> coalesce(happened.amount_yuan, 0)
