{#
An indicator is one number about a customer, an account or a product as of a day, defined by one
call of `indicator()` inside `models/indicators/ind_<subject>.sql`; the catalogue `dim_indicator` is
built from these calls, the grain is in the model's meta.
What does not belong here: formulas (the ind_ models) and how a snapshot is kept current
(replace_days.sql).

A code is nine digits D-SS-MMM-A-WW and never changes its meaning:
    D    domain      1 party, 2 holding, 3 money and usage, 4 digital behaviour, 5 relation, all of
                     a customer; 6 of an account; 7 of a product; 8 made of other indicators of one
                     grain (composite.sql)
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

{# Subjects by D-SS, of one grain or `all`. A new ind_ model adds its line here and the catalogue
   models find it. #}
{% macro indicator_subjects(grain='customer') -%}
    {%- set subjects = {
        'customer': {
            '101': 'profile', '201': 'service', '301': 'value', '302': 'usage', '303': 'payment',
            '304': 'balance', '401': 'web', '501': 'contact', '502': 'campaign', '801': 'composite',
        },
        'account': {'601': 'account', '802': 'account_composite'},
        'product': {'701': 'product', '803': 'product_composite'},
    } -%}
    {%- if grain != 'all' -%}
    {{ return(subjects[grain]) }}
    {%- endif -%}
    {%- set found = {} -%}
    {%- for of_grain in subjects.values() -%}
        {%- do found.update(of_grain) -%}
    {%- endfor -%}
    {{ return(found) }}
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

A changed definition begins on `valid_from`; `earlier` keeps each older one, oldest first, with the
day it ended (`valid_to`, exclusive), its expression (and formula) and the reason of the change.
Such an indicator has two columns more: `__dated`, every snapshot by the definition of its day, and
`__newest`, all by the newest. The indicator is the first unless somebody restated the past
(warehouse/indicators/restating.py); mart_indicator_restatement holds the difference.
#}
{% macro indicator(
    code, name, expression, unit, kind, en, zh, known=none, direction='neutral', sensitive=false,
    formula=none, valid_from=none, earlier=[]
) -%}
    {%- set newest = {'valid_from': valid_from, 'expression': expression, 'formula': formula} -%}
    {%- set definitions = one_line(earlier + [newest]) -%}
    {{ config(meta={name: {
        'indicator_code': code, 'unit_code': unit, 'kind_code': kind,
        'label_en': en, 'label_zh': zh, 'expression': definitions[-1].expression,
        'known_when': known or 'always', 'direction_code': direction, 'is_sensitive': sensitive,
        'formula': formula, 'definitions': definitions if earlier else none,
    }}) }}
    {%- if not earlier -%}
    {{ indicator_column(expression, known) }} as {{ name }}
    {%- else -%}
    {%- set restated_from = registered_indicator(name).restated_from -%}
    {{ indicator_column(by_date(definitions, restated_from), known) }} as {{ name }},
    {{ indicator_column(by_date(definitions), known) }} as {{ name }}__dated,
    {{ indicator_column(expression, known) }} as {{ name }}__newest
    {%- endif -%}
{%- endmacro %}

{% macro indicator_column(expression, known) -%}
    {%- set expression = expression.split() | join(' ') -%}
    {%- if known -%}
    cast(case when {{ known }} then {{ expression }} end as double)
    {%- else -%}
    cast({{ expression }} as double)
    {%- endif -%}
{%- endmacro %}

{# The definition of a snapshot's day. After a restatement the one that began on `restated_from`
   holds for all days before it, too. The query calls what it is computed for `spine`. #}
{% macro by_date(definitions, restated_from=none) -%}
    {%- set ended = [] -%}
    {%- for definition in definitions[:-1] if definition.valid_to > (restated_from or '') -%}
        {%- do ended.append(
            "when spine.as_of_date < date '" ~ definition.valid_to ~ "' then " ~ definition.expression
        ) -%}
    {%- endfor -%}
    {%- set newest = definitions[-1].expression -%}
    {{ 'case ' ~ ended | join(' ') ~ ' else ' ~ newest ~ ' end' if ended else newest }}
{%- endmacro %}

{# Definitions with expressions that fit a line of the catalogue. #}
{% macro one_line(definitions) -%}
    {%- set found = [] -%}
    {%- for definition in definitions -%}
        {%- do found.append(
            dict(definition, expression=definition.expression.split() | join(' '))
        ) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# All entries of the catalogue, from the parsed project; empty while parsing. #}
{% macro catalogued_indicators() -%}
    {%- set found = [] -%}
    {%- set registry = indicator_registry().by_name -%}
    {%- for node in (graph.nodes.values() if execute else []) | sort(attribute='name') -%}
        {%- if node.resource_type == 'model' and node.name.startswith('ind_') -%}
            {%- for name, entry in node.config.meta.items() -%}
                {%- if entry is mapping and 'indicator_code' in entry -%}
                    {%- do found.append(dict(
                        entry, name=name, table=node.name, owner=node.config.meta.owner,
                        grain=node.config.meta.get('grain', 'customer'),
                        rule=group_rule(entry.kind_code, registry.get(name, {}).group),
                        restated_from=registry.get(name, {}).restated_from
                    )) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found | sort(attribute='indicator_code')) }}
{%- endmacro %}

{# The same, one entry for every definition an indicator ever had. #}
{% macro catalogued_definitions() -%}
    {%- set found = [] -%}
    {%- for entry in catalogued_indicators() -%}
        {%- for definition in entry.definitions or [{'formula': entry.formula}] -%}
            {%- do found.append(dict(
                definition, code=entry.indicator_code, name=entry.name, number=loop.index,
                expression=definition.expression or entry.expression,
                restated_from=entry.restated_from
            )) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# How a number of a group comes from those of its members: `sum`, `ratio_of_sums`, or `none` where it
   must be counted again from facts or has no meaning. #}
{% macro group_rule(kind, ratio_of_sums) -%}
    {%- if kind in ('additive', 'semi_additive', 'flag') -%}
    {{ return('sum') }}
    {%- endif -%}
    {{ return('ratio_of_sums' if ratio_of_sums else 'none') }}
{%- endmacro %}

{# A text as SQL, missing as NULL. #}
{% macro quoted(text) -%}
    {{ "'" ~ text | string | replace("'", "''") ~ "'" if text else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
{%- endmacro %}

{# Every known value of one grain under its code, a row for each, as CTEs that end in `final`. The
   tables are found in the parsed project, so the model names them to dbt in `depends_on` lines. #}
{% macro long_values(grain, key) -%}
    {%- set catalogue = catalogued_indicators() | selectattr('grain', 'equalto', grain) -%}
    {%- set selected = [] -%}
    {%- for table, entries in catalogue | groupby('table') -%}
        {%- do selected.append(
            'select ' ~ key ~ ', as_of_date, indicator_name, indicator_value from '
            ~ '(select * from ' ~ ref(table) ~ ' where as_of_date in (select as_of_date from snapshots))'
            ~ ' unpivot (indicator_value for indicator_name in ('
            ~ entries | map(attribute='name') | join(', ') ~ '))'
        ) -%}
    {%- endfor -%}
indicators as (
    select * from {{ ref('dim_indicator') }}
),

snapshots as (
    select * from {{ source('audit', 'snapshots') }}
),

named as (
    {{ selected | join(' union all ') or
        'select null as ' ~ key ~ ', null as as_of_date, null as indicator_name, null as indicator_value' }}
),

final as (
    select
        named.{{ key }},
        named.as_of_date,
        indicators.indicator_code,
        named.indicator_name,
        named.indicator_value
    from named
    inner join indicators on named.indicator_name = indicators.indicator_name
)
{%- endmacro %}
