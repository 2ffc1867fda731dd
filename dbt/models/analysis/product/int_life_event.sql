-- Events in the life of private customers, as far as the records betray them: one more dependent
-- of somebody below 45 is taken for a child. The record knows of it up to a month late.
-- Grain: one row per customer_key, event_code, event_date.
{%- set child_below_years = 45 %}
with

history as (
    select
        customer_key,
        valid_from,
        birth_date,
        dependents_count,
        lag(dependents_count) over (
            partition by customer_key order by valid_from asc nulls last
        ) as dependents_before_count
    from {{ ref('dim_customer_history') }}
    where party_type_code = 'C'
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

final as (
    select
        history.customer_key,
        'child_born' as event_code,
        history.valid_from as event_date
    from history
    cross join run_context
    where
        history.dependents_count > history.dependents_before_count
        and {{ full_months_between('history.birth_date', 'history.valid_from') }}
        < {{ 12 * child_below_years }}
        and history.valid_from <= run_context.as_of_date
)

select * from final
