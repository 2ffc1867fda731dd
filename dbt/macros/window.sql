{#
Aggregates over the last days before a snapshot, for queries that hold `age_days`: how many days
before the snapshot an event happened, 0 on the day itself. What does not belong here: which rows
are joined.

Amounts are summed as decimals: a sum of doubles depends on the order of the rows, so that the same
input gives another last digit on the next run.
#}

{# The ages at which windows begin. int_event_period cuts the calendar there, so a window of another
   width could not be summed: asking for one is a compiler error instead of a wrong number. #}
{% macro window_borders() -%}
    {{ return([0, 7, 30, 90, 180, 365]) }}
{%- endmacro %}

{% macro check_window(days) -%}
    {%- if days not in window_borders() -%}
        {{ exceptions.raise_compiler_error('no window of ' ~ days ~ ' days in window_borders()') }}
    {%- endif -%}
{%- endmacro %}

{# A measured double as an exact number to a millionth. #}
{% macro exact(column) -%}
    cast({{ column }} as decimal(18, 6))
{%- endmacro %}

{# Sum of doubles that is the same in every order of the rows: to twelve places, and a double again. #}
{% macro steady_sum(column) -%}
    cast(sum(cast({{ column }} as decimal(38, 12))) as double)
{%- endmacro %}

{# Sum over the last `days` days; 0 when nothing happened. #}
{% macro sum_within(column, days) -%}
    {{ check_window(days) }}
    coalesce(sum({{ column }}) filter (where age_days < {{ days }}), 0)
{%- endmacro %}

{# Sum over a window that ended before the last `skipped` days. #}
{% macro sum_between(column, skipped, days) -%}
    {{ check_window(skipped) }}{{ check_window(days) }}
    coalesce(
        sum({{ column }}) filter (where age_days >= {{ skipped }} and age_days < {{ days }}), 0
    )
{%- endmacro %}

{# Two sums over the same window, as a share; NULL when there is nothing to divide by. #}
{% macro share_within(part, whole, days) -%}
    cast({{ sum_within(part, days) }} as double) / nullif({{ sum_within(whole, days) }}, 0)
{%- endmacro %}

{# Growth of the last `days` days against the mean of equally long stretches before them, which
   reach back `back` days; NULL when nothing happened before. #}
{% macro growth_within(column, days, back) -%}
    cast({{ sum_within(column, days) }} as double) * {{ (back - days) / days }}
    / nullif(cast({{ sum_between(column, days, back) }} as double), 0) - 1
{%- endmacro %}

{# Days of a period with both ends included that lie in the last `days` days; an open end is NULL,
   and an end after the snapshot is as good as open. #}
{% macro days_in_window(first, last, days, as_of='as_of_date') -%}
    greatest(0, least(
        {{ days }},
        {{ days_between(first, as_of) }} + 1
    ) - greatest(0, coalesce({{ days_between(last, as_of) }}, 0)))
{%- endmacro %}

{# Days that two periods have in common, ends included. #}
{% macro days_in_both(first, last, from, to) -%}
    greatest(0, {{ days_between(
        'greatest(' ~ first ~ ', ' ~ from ~ ')', 'least(' ~ last ~ ', ' ~ to ~ ')'
    ) }} + 1)
{%- endmacro %}
