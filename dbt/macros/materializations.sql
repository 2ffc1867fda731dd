{#
How a table and a view are built: replaced in one transaction, so a reader or a killed run meets the old
one or the new one; only a table that becomes a view, or a view a table, is dropped first. dbt-duckdb builds under
another name, renames twice and drops, which is nine statements a model (DECISIONS 50).
What does not belong here: incremental models (replace_days.sql).
#}

{% materialization table, adapter='duckdb' %}
    {{ return(replaced('table')) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return(replaced('view')) }}
{% endmaterialization %}

{# Build this model in place of whatever has its name. #}
{% macro replaced(kind) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=kind) -%}
    {%- set contract = config.get('contract') -%}
    {{ run_hooks(pre_hooks) }}
    {% if existing is not none and existing.type != kind %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
    {% call statement('main') -%}
        {% if contract.enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
        create or replace {{ kind }} {{ target }}
        {% if contract.enforced and kind == 'table' -%}
            {{ get_table_columns_and_constraints() }};
            insert into {{ target }} {{ get_column_names() }} ({{ get_select_subquery(sql) }});
        {%- else -%}
            as ({{ sql }});
        {%- endif %}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{%- endmacro %}
