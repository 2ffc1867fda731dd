{#
Shortest forms for models/analysis/change/int_change_flow.sql: sums of a fact by customer, window and
component. What does not belong here: judgement.
#}

{# The last day of the window of `days` days that holds `day`, counted back from the day judged. #}
{% macro window_end(day, days) -%}
    {%- if days == 1 -%}
    {{ day }}
    {%- else -%}
    {{ add_days(
        'run_context.as_of_date',
        '-' ~ days ~ ' * floor(' ~ days_between(day, 'run_context.as_of_date') ~ ' / ' ~ days ~ '.0)',
    ) }}
    {%- endif -%}
{%- endmacro %}

{# A fact of the last `back` days summed once for all its measures. `measures` maps column names to aggregates; the fact is
   joined as `events`, its customers as `owners`. #}
{% macro change_sums(fact, date, owners, key, component, measures, days, back, join='') -%}
    select
        owners.customer_key,
        {{ window_end('events.' ~ date, days) }} as event_date,
        {{ component }} as component_code,
        {%- for name, aggregate in measures.items() %}
        cast({{ aggregate }} as decimal(18, 6)) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(fact) }} as events
    cross join run_context
    inner join {{ owners }} as owners on events.{{ key }} = owners.{{ key }}
    {{ join }}
    where
        events.{{ date }} <= run_context.as_of_date
        and events.{{ date }} > {{ add_days('run_context.as_of_date', -back) }}
    group by all
{%- endmacro %}
