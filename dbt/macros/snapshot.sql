{#
How an indicator model meets its snapshots: which are to be built, and which calendar pieces lie
before each. They refer to the model's CTE `stale`. What does not belong here: aggregates over the
pieces (window.sql) and formulas.
#}

{# The customers of the snapshots that are to be built. #}
{% macro stale_snapshots(snapshots) -%}
    select customers.*
    from {{ snapshots }} as customers
    inner join stale on customers.as_of_date = stale.day_date
{%- endmacro %}

{# Sums per calendar piece, once for every snapshot they lie before, with their age. `known` limits
   a snapshot to what was known on its day. #}
{% macro windowed(sums, periods, known=none) -%}
    select
        {{ sums }}.*,
        periods.as_of_date,
        periods.age_days
    from {{ sums }}
    inner join {{ periods }} as periods
        on {{ sums }}.period_date = periods.period_date{{ ' and ' ~ known if known }}
    inner join stale on periods.as_of_date = stale.day_date
{%- endmacro %}
