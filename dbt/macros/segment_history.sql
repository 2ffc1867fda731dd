{#
How segments follow each other in time: from month end to month end to the run's day, the eve beside them.
What does not belong here: which segment somebody is in (segment_rules.sql).
#}

{# The window of a walk from day to day, of each of a partition or of the days themselves. #}
{% macro day_by_day(partition='') -%}
    over ({{ 'partition by ' ~ partition ~ ' ' if partition }}order by as_of_date asc nulls last)
{%- endmacro %}

{# What a row of the run's day said on its eve; none of any other day, nor where there is no eve. #}
{% macro on_the_eve(column, partition='') -%}
    {%- set walk = day_by_day(partition) -%}
    case when lag(is_eve) {{ walk }} then lag({{ column }}) {{ walk }} end
{%- endmacro %}

{# What a row said at the snapshot before, for rows of `segment_days` with their `is_eve`. Ways go from
   month end to month end to the run's day; the eve hangs off the last month end by itself, and comes
   right before the run's day, which therefore looks one row further back. #}
{% macro at_snapshot_before(column, partition='') -%}
    {%- set walk = day_by_day(partition) -%}
    case
        when lag(is_eve) {{ walk }} then lag({{ column }}, 2) {{ walk }}
        else lag({{ column }}) {{ walk }}
    end
{%- endmacro %}

{# The run's day and, as `month_end_date`, the snapshot before it; none where the run's day is the first. #}
{% macro run_since_month_end() -%}
    select
        run_context.as_of_date,
        max(snapshots.as_of_date) as month_end_date
    from {{ source('audit', 'run_context') }} as run_context
    left join {{ source('audit', 'snapshots') }} as snapshots
        on run_context.as_of_date > snapshots.as_of_date
    group by run_context.as_of_date
{%- endmacro %}

{# CTEs from `snapshots` to `final` over `placements` (customer_key, scheme_code, as_of_date, is_eve,
   segment_code, rule_code, rule_version): which segment from when to when, why it came, why it left.
   A move is seen at a snapshot (month ends and the current day). Of today's moves the eve says whether they
   were made by then. A move counts from its cause where it has one since it was last unseen, else from the
   day that shows it. #}
{% macro memberships(placements) -%}
{%- set of_each = 'customer_key, scheme_code' %}
{%- set history = day_by_day(of_each) -%}
snapshots as (
    select
        as_of_date,
        is_eve,
        {{ on_the_eve('as_of_date') }} as eve_date,
        {{ at_snapshot_before('as_of_date') }} as earlier_date
    from {{ source('audit', 'segment_days') }}
),

followed as (
    select
        *,
        {{ at_snapshot_before('segment_code', of_each) }} as previous_code,
        {{ on_the_eve('segment_code', of_each) }} as eve_code
    from {{ placements }}
),

-- it was not there yet on unseen_on, and it was there on shown_on
entries as (
    select
        followed.*,
        case
            when followed.eve_code = followed.segment_code then snapshots.earlier_date
            else coalesce(snapshots.eve_date, snapshots.earlier_date)
        end as unseen_on,
        case
            when followed.eve_code = followed.segment_code then snapshots.eve_date
            else followed.as_of_date
        end as shown_on
    from followed
    inner join snapshots on followed.as_of_date = snapshots.as_of_date and not snapshots.is_eve
    where followed.previous_code is null or followed.segment_code <> followed.previous_code
),

first_days as (
    select
        customer_key,
        first_seen_date
    from {{ ref('dim_customer') }}
),

causes as (
    select
        entries.customer_key,
        entries.scheme_code,
        entries.as_of_date,
        max(causes.cause_date) as cause_date
    from entries
    inner join {{ ref('seg_dated_cause') }} as causes
        on
            entries.customer_key = causes.customer_key
            and entries.scheme_code = causes.scheme_code
            and entries.rule_code = coalesce(causes.rule_code, entries.rule_code)
            and entries.unseen_on < causes.cause_date
            and entries.shown_on >= causes.cause_date
    where entries.previous_code is not null
    group by entries.customer_key, entries.scheme_code, entries.as_of_date
),

-- whoever was not there at the snapshot before came on the day of the first record; a move within a
-- single day has that day
dated as (
    select
        entries.*,
        coalesce(
            causes.cause_date,
            case
                when
                    entries.previous_code is null
                    and first_days.first_seen_date > entries.unseen_on
                    and first_days.first_seen_date <= entries.shown_on
                    then first_days.first_seen_date
            end,
            case
                when {{ days_between('entries.unseen_on', 'entries.shown_on') }} = 1
                    then entries.shown_on
            end
        ) as known_date
    from entries
    left join causes
        on
            entries.customer_key = causes.customer_key
            and entries.scheme_code = causes.scheme_code
            and entries.as_of_date = causes.as_of_date
    left join first_days on entries.customer_key = first_days.customer_key
),

final as (
    select
        customer_key,
        scheme_code,
        segment_code,
        coalesce(known_date, shown_on) as valid_from,
        coalesce(lead(coalesce(known_date, shown_on)) {{ history }}, date '9999-12-31') as valid_to,
        lead(as_of_date) {{ history }} is null as is_current,
        previous_code as from_segment_code,
        rule_code,
        lead(segment_code) {{ history }} as to_segment_code,
        lead(rule_code) {{ history }} as exit_rule_code,
        known_date is not null as is_day_known,
        as_of_date as seen_date,
        coalesce(lead(as_of_date) {{ history }}, date '9999-12-31') as unseen_date,
        rule_version
    from dated
)
{%- endmacro %}
