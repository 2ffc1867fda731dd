{#
An indicator is one number about a customer as of a day, defined by one call of `indicator()` inside
`models/indicators/ind_<subject>.sql`; the catalogue `dim_indicator` is built from these calls.
What does not belong here: formulas (the ind_ models) and how a snapshot is kept current
(replace_days.sql).

A code is nine digits D-SS-MMM-A-WW and never changes its meaning:
    D    domain      1 party, 2 holding, 3 money and usage, 4 digital behaviour, 5 relation,
                     8 made of other indicators (composite.sql)
    SS   subject     within the domain; D-SS together name the ind_ table, see indicator_subjects()
    MMM  measure     within the subject; the same measure over other windows keeps its MMM
    A    aggregation 0 flag, 1 ratio, 2 sum, 3 count, 4 state, 5 time average, 6 extreme,
                     7 time elapsed, 8 distinct, 9 ordinal; the kind follows, see indicator_kinds()
    WW   window      00 none (as of the day), 02 7d, 06 30d, 09 90d, 12 365d, 99 all recorded time;
                     the name ends in the same window: `_7d` .. `_365d`, `_lifetime`

Missing and zero are different. NULL means nobody can know: `known` names the flag of
int_customer_snapshot (or any condition) without which the number is NULL, and a ratio over nothing
is NULL. Zero means that we know nothing happened. The flag is in the catalogue (`known_when`).
#}

{# Subjects by D-SS. A new ind_ model adds its line here and the catalogue models find it. #}
{% macro indicator_subjects() -%}
    {{ return({
        '101': 'profile', '201': 'service', '301': 'value', '302': 'usage', '303': 'payment',
        '304': 'balance', '401': 'web', '501': 'contact', '502': 'campaign', '801': 'composite',
    }) }}
{%- endmacro %}

{# What may be done with a number, by aggregation digit:
   additive       sums over customers and over days
   semi_additive  sums over customers, not over days
   level          mean, median, extremes; a sum means nothing
   ratio          recomputed from its parts at every grain, never averaged
   distinct       neither sums nor averages: count again
   flag           0 or 1; its mean is a share #}
{% macro indicator_kinds() -%}
    {{ return({
        '0': 'flag', '1': 'ratio', '2': 'additive', '3': 'additive', '4': 'semi_additive',
        '5': 'semi_additive', '6': 'level', '7': 'level', '8': 'distinct', '9': 'level',
    }) }}
{%- endmacro %}

{# Days of a window by WW; -1 is the whole life of the record. #}
{% macro indicator_windows() -%}
    {{ return({'00': 0, '02': 7, '06': 30, '09': 90, '12': 365, '99': -1}) }}
{%- endmacro %}

{#
One indicator: a DOUBLE column `name`, and its entry in the catalogue. dbt merges the meta of
several config() calls one level deep only (measured on 1.11: a common key `indicators` keeps the
last one), so each entry stands under the indicator's own name; that also lets a unique test see a
repeated code. A ratio names its parts in `formula`, so that it can be recomputed for any group.
#}
{% macro indicator(
    code, name, expression, unit, kind, en, zh, known=none, direction='neutral', sensitive=false,
    formula=none
) -%}
    {%- set expression = expression.split() | join(' ') -%}
    {{ config(meta={name: {
        'indicator_code': code, 'unit_code': unit, 'kind_code': kind,
        'label_en': en, 'label_zh': zh, 'expression': expression,
        'known_when': known or 'always', 'direction_code': direction, 'is_sensitive': sensitive,
        'formula': formula,
    }}) }}
    {%- if known -%}
    cast(case when {{ known }} then {{ expression }} end as double) as {{ name }}
    {%- else -%}
    cast({{ expression }} as double) as {{ name }}
    {%- endif -%}
{%- endmacro %}

{# All entries of the catalogue, from the parsed project; empty while parsing. #}
{% macro catalogued_indicators() -%}
    {%- set found = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) | sort(attribute='name') -%}
        {%- if node.resource_type == 'model' and node.name.startswith('ind_') -%}
            {%- for name, entry in node.config.meta.items() -%}
                {%- if entry is mapping and 'indicator_code' in entry -%}
                    {%- do found.append(dict(
                        entry, name=name, table=node.name, owner=node.config.meta.owner,
                        grain=node.config.meta.get('grain', 'customer')
                    )) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found | sort(attribute='indicator_code')) }}
{%- endmacro %}
