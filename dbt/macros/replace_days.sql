{#
The incremental strategy `replace_days`: a table is kept current by days, each row with the version its
day was built from (`_version`). A day whose wanted version differs is deleted and inserted again; a
day that is wanted no more is deleted; all others are not touched. Both happen in one transaction, so a
killed run leaves the old rows or the new ones.

A rule in the model's meta says which column is its day and where the wanted versions stand:
    replace_days: {day: usage_date, versions: event_days, source: boss, table: usage_days}
    replace_days: {day: view_date, versions: fct_page_view}     (computed from another fact)
    replace_days: {day: as_of_date, versions: snapshots}        (all indicators)
    replace_days: {day: as_of_date, versions: segment_days}     (what segments read: the eve, too)
and `stale_days(relation, rule)` is the days it must compute: columns day_date and version. The rule is
handed over and not looked up, because a unit test does not see the meta of its model.
What does not belong here: how rows are made.
#}

{# The wanted days and versions of a model, read from the relation that holds them. #}
{% macro wanted_days(relation, rule) -%}
    {%- if rule.versions == 'event_days' -%}
    select
        event_date as day_date,
        version
    from {{ relation }}
    where source_name = '{{ rule.source }}' and table_name = '{{ rule.table }}'
    {%- elif rule.versions in ['snapshots', 'segment_days'] -%}
    select
        as_of_date as day_date,
        version
    from {{ relation }}
    {%- else -%}
    {# a row that a correction moved away leaves its old day with the old version: so count too #}
    select
        {{ rule.day }} as day_date,
        concat(min(_version), '-', count(*)) as version
    from {{ relation }}
    group by {{ rule.day }}
    {%- endif %}
{%- endmacro %}

{# The days this run must build: all of them at first, later those whose version has moved. #}
{% macro stale_days(relation, rule={'day': 'as_of_date', 'versions': 'snapshots'}) -%}
    select
        wanted.day_date,
        wanted.version
    from ({{ wanted_days(relation, rule) }}) as wanted
    {%- if is_incremental() %}
    left join (
        select distinct
            {{ rule.day }} as day_date,
            _version
        from {{ this }}
    ) as built
        on wanted.day_date = built.day_date and wanted.version = built._version
    where built.day_date is null
    {%- endif %}
{%- endmacro %}

{% macro get_incremental_replace_days_sql(arg_dict) -%}
    {%- set target = arg_dict['target_relation'] -%}
    {%- set temp = arg_dict['temp_relation'] -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set keys = arg_dict['unique_key'] -%}
    {%- set keys = [keys] if keys is string else keys -%}
    {%- set rule = config.get('meta').replace_days -%}
    {%- set audited = rule.versions in ['event_days', 'snapshots', 'segment_days'] -%}
    {%- set wanted = source('audit', rule.versions) if audited else ref(rule.versions) -%}
    delete from {{ target }}
    where not exists (
        select 1
        from ({{ wanted_days(wanted, rule) }}) as wanted
        where
            wanted.day_date = {{ target }}.{{ rule.day }}
            and wanted.version = {{ target }}._version
    );
    {%- if rule.day not in keys %}
    {# a row that moved to another day leaves a day that is not stale #}
    delete from {{ target }}
    where exists (
        select 1
        from {{ temp }} as moved
        where {% for key in keys %}{{ 'and ' if not loop.first }}moved.{{ key }} = {{ target }}.{{ key }} {% endfor %}
    );
    {%- endif %}
    insert into {{ target }} ({{ columns }})
    select {{ columns }}
    from {{ temp }};
{%- endmacro %}
