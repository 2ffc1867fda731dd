{#
Shortest forms for the company's key figures: measures of a fact by day and kind of customer, and the
exact split of a change. What does not belong here: which figures there are (seed kpis).
#}

{# Measures of one fact in one scan, as rows. `measures` maps a code to what is summed and the rows it
   is summed over; money is summed as decimals, and customers are counted per measure. #}
{% macro kpi_measures(fact, date, owners, key, channel, measures) -%}
    select
        sums.kpi_date,
        sums.customer_key,
        sums.channel_code,
        measures.measure_code,
        case measures.measure_code
            {%- for code in measures %}
            when '{{ code }}' then sums.{{ code }}
            {%- endfor %}
        end as measure_value
    from (
        select
            events.{{ date }} as kpi_date,
            owners.customer_key,
            {{ channel }} as channel_code,
            {%- for code, rule in measures.items() %}
            cast(sum({{ rule[0] }}) filter (where {{ rule[1] }}) as decimal(20, 6)) as {{ code }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ fact }} as events
        cross join run_context
        left join {{ owners }} as owners on events.{{ key }} = owners.{{ key }}
        where
            events.{{ date }} <= run_context.as_of_date
            and events.{{ date }} > {{ add_days('run_context.as_of_date', '-' ~ kpi_days()) }}
        group by all
    ) as sums
    cross join (
        {% for code in measures -%}
        select '{{ code }}' as measure_code{{ ' union all ' if not loop.last }}
        {%- endfor %}
    ) as measures
{%- endmacro %}

{# Days shown and compared: four months, so that every weekday was seen seventeen times. #}
{% macro kpi_days() -%}
    120
{%- endmacro %}
