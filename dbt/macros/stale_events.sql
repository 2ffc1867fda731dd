{#
The rows of an event table that a fact must take in on this run: the newest delivery of every key
whose day is stale. What does not belong here: column choice, units, joins.

A correction may move a row to another day (a bill dated again). Then its old day, whose files did not
change, is not stale, and yet loses the row. So every key seen in a stale day, in the raw rows or in
the fact, is looked up in all days and its newest row wins, wherever it lies. Where the day is part of
the key nothing can move, and only the stale days are read.
#}
{% macro stale_events(events, event_days, rule, keys) -%}
    {%- set can_move = is_incremental() and rule.day not in keys -%}
    with

    stale as (
        {{ stale_days(event_days, rule) }}
    ),

    days as (
        {{ wanted_days(event_days, rule) }}
    ),

    {% if can_move -%}
    replaced as (
        select built.day_date
        from (
            select distinct
                {{ rule.day }} as day_date,
                _version
            from {{ this }}
        ) as built
        left join days on built.day_date = days.day_date and built._version = days.version
        where days.day_date is null
    ),

    touched as (
        select {{ keys | join(', ') }}
        from {{ events }}
        where event_date in (select stale.day_date from stale)
        union
        select {{ keys | join(', ') }}
        from {{ this }}
        where {{ rule.day }} in (select replaced.day_date from replaced)
    ),
    {%- endif %}

    candidates as (
        select
            events.*,
            days.version as _version
        from {{ events }} as events
        inner join {{ 'days' if can_move else 'stale as days' }} on events.event_date = days.day_date
        {% if can_move -%}
        inner join touched
            on {% for key in keys %}{{ 'and ' if not loop.first }}events.{{ key }} = touched.{{ key }} {% endfor %}
        {%- endif %}
    )

    select *
    from candidates
    qualify row_number() over (
        partition by {{ keys | join(', ') }}
        order by business_date desc nulls last, _file_id desc nulls last, _record desc nulls last
    ) = 1
{%- endmacro %}
