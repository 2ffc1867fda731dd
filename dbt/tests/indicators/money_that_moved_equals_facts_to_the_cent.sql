-- What customers had paid and moved in and out of wallets by the run's day is the money of the
-- facts within the window that belongs to somebody whose money was known then.
{%- set sums = {
    'paid_yuan_90d': ['ind_payment', 'fct_payment', 'paid_date', 90, 'amount_yuan'],
    'paid_yuan_365d': ['ind_payment', 'fct_payment', 'paid_date', 365, 'amount_yuan'],
    'inflow_yuan_30d': ['ind_balance', 'fct_balance_day', 'balance_date', 30, 'inflow_yuan'],
    'inflow_yuan_90d': ['ind_balance', 'fct_balance_day', 'balance_date', 90, 'inflow_yuan'],
    'outflow_yuan_30d': ['ind_balance', 'fct_balance_day', 'balance_date', 30, 'outflow_yuan'],
    'outflow_yuan_90d': ['ind_balance', 'fct_balance_day', 'balance_date', 90, 'outflow_yuan'],
} %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

owners as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

compared as (
    {% for indicator, (table, fact, day, days, amount) in sums.items() -%}
        select
            '{{ indicator }}' as indicator_name,
            (
                select sum(cast({{ indicator }} as decimal(18, 2)))
                from {{ ref(table) }} as built
                inner join run_context on built.as_of_date = run_context.as_of_date
            ) as built_yuan,
            (
                select sum(facts.{{ amount }})
                from {{ ref(fact) }} as facts
                inner join owners on facts.account_id = owners.source_id
                inner join run_context
                    on
                        facts.{{ day }} <= run_context.as_of_date
                        and facts.{{ day }} > {{ add_days('run_context.as_of_date', -days) }}
                inner join {{ ref(table) }} as known
                    on
                        owners.customer_key = known.customer_key
                        and run_context.as_of_date = known.as_of_date
                        and known.{{ indicator }} is not null
            ) as facts_yuan
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from compared
where coalesce(built_yuan, 0) <> coalesce(facts_yuan, 0)
