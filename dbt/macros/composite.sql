{#
Indicators made of other indicators, and any indicator by name, code or alias in any model. Formulas are
checked and compiled by warehouse/indicators before dbt parses; what it found stands in the
environment, because a unit test sees nothing of the other models.
What does not belong here: arithmetic, units (Python), base indicators (indicator.sql).
#}

{# All that warehouse/indicators found. Empty only when dbt reads the project without `rapport`, as
   sqlfluff does. #}
{% macro indicator_registry() -%}
    {%- set nothing = '{"by_name": {}, "by_code": {}, "by_alias": {}}' -%}
    {{ return(fromjson(env_var('RAPPORT_INDICATORS', nothing))) }}
{%- endmacro %}

{# What is known of an indicator: table, grain, unit, kind, SQL for a row and for a group. #}
{% macro registered_indicator(name_or_code) -%}
    {%- set registry = indicator_registry() -%}
    {%- set asked = name_or_code | string -%}
    {%- set name = registry.by_code.get(asked) or registry.by_alias.get(asked) or asked -%}
    {%- if execute and name not in registry.by_name -%}
        {{ exceptions.raise_compiler_error(
            'no indicator ' ~ name_or_code ~ '; run dbt as `rapport dbt ...`'
        ) }}
    {%- endif -%}
    {{ return(dict(registry.by_name.get(name, {}), name=name)) }}
{%- endmacro %}

{# One composite indicator: a DOUBLE column and its entry in the catalogue. Unit and kind follow from
   the formula; `unit` only gives the unit another name of the same dimension (share for count/count).
   `valid_from` and `earlier` are those of indicator(), with formulas; what is made of a changed
   indicator has the columns `__dated` and `__newest`, too. #}
{% macro composite(
    code, name, formula, en, zh, unit=none, direction='neutral', sensitive=false, valid_from=none,
    earlier=[]
) -%}
    {%- set compiled = registered_indicator(name) -%}
    {%- set newest = {'valid_from': valid_from, 'formula': formula} -%}
    {{ config(meta={name: {
        'indicator_code': code, 'unit_code': compiled.unit, 'kind_code': compiled.kind,
        'label_en': en, 'label_zh': zh, 'expression': compiled.row, 'formula': formula,
        'known_when': 'its parts are known', 'direction_code': direction,
        'is_sensitive': compiled.is_sensitive or false,
        'definitions': earlier + [newest] if earlier else none,
    }}) }}
    cast({{ compiled.row or 'null' }} as double) as {{ name }}
    {%- if compiled.dated %},
    cast({{ compiled.dated }} as double) as {{ name }}__dated,
    cast({{ compiled.newest }} as double) as {{ name }}__newest
    {%- endif -%}
{%- endmacro %}

{# One indicator for every row of its grain, as a query: its keys, as_of_date, indicator_value. It is
   asked for by name, nine-digit code, or what people call it (seed indicator_aliases). #}
{% macro indicator_value(name_or_code) -%}
    {%- set found = registered_indicator(name_or_code) -%}
    select
        {{ found.grain }}_{{ 'key' if found.grain == 'customer' else 'id' }},
        as_of_date,
        {{ found.name }} as indicator_value
    from {{ ref(found.table or 'ind_profile') }}
{%- endmacro %}

{# Every ratio of customers that can be recomputed for a group, by name. #}
{% macro recomputed_ratios() -%}
    {%- set found = [] -%}
    {%- for name, entry in indicator_registry().by_name.items() -%}
        {%- if entry.kind == 'ratio' and entry.group and entry.grain == 'customer' -%}
            {%- do found.append(dict(entry, name=name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found | sort(attribute='name')) }}
{%- endmacro %}

{# Every ratio of customers that a column holds and that names its parts. #}
{% macro stored_ratios() -%}
    {%- set found = [] -%}
    {%- for name, entry in indicator_registry().by_name.items() -%}
        {%- if entry.formula_row and entry.grain == 'customer' -%}
            {%- do found.append(dict(entry, name=name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found | sort(attribute='name')) }}
{%- endmacro %}

{# Every indicator whose definition, or one it is made of, ever changed. #}
{% macro changed_indicators() -%}
    {%- set found = [] -%}
    {%- for name, entry in indicator_registry().by_name.items() if entry.changed_on -%}
        {%- do found.append(dict(entry, name=name)) -%}
    {%- endfor -%}
    {{ return(found | sort(attribute='code')) }}
{%- endmacro %}

{# Every number that a group of one grain has, by name with its SQL over the rows of the group: what may
   be summed, and ratios of sums. A composite amount is summed by its parts, where those are wanted. #}
{% macro group_values(grain) -%}
    {%- set found = [] -%}
    {%- for name, entry in indicator_registry().by_name.items() if entry.grain == grain -%}
        {%- if entry.group -%}
            {%- do found.append({'name': name, 'sql': entry.group}) -%}
        {%- elif entry.kind in ('additive', 'semi_additive', 'flag') and not entry.row -%}
            {%- do found.append(
                {'name': name, 'sql': 'cast(sum(' ~ exact(name) ~ ') as double)'}
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found | sort(attribute='name')) }}
{%- endmacro %}
