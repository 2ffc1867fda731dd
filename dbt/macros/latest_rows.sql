{#
Small shapes of SQL that dimensions share. What does not belong here: engine differences (engine.sql)
and anything about facts (stale_events.sql).
#}

{# The newest delivery of every key: the latest business date, then file, then record in it. #}
{% macro latest_rows(relation, keys) -%}
    select *
    from {{ relation }}
    qualify row_number() over (
        partition by {{ keys | join(', ') }}
        order by business_date desc nulls last, _file_id desc nulls last, _record desc nulls last
    ) = 1
{%- endmacro %}

{# The last complete delivery of a list that every delivery holds whole. #}
{% macro complete_delivery(deliveries) -%}
    select delivered.*
    from {{ deliveries }} as delivered
    cross join run_context
    where delivered.business_date <= run_context.as_of_date
    qualify delivered.business_date = max(delivered.business_date) over ()
{%- endmacro %}

{# Columns as one text that differs when any of them does; a missing value differs from every other. #}
{% macro attributes_text(columns) -%}
    concat_ws(
        '|',
        {%- for column in columns %}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), '?'){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# A text that sorts deliveries of a key as `latest_rows` does: another way, for tests. #}
{% macro delivery_order() -%}
    concat(business_date, _file_id, lpad(cast(_record as {{ dbt.type_string() }}), 12, '0'))
{%- endmacro %}
