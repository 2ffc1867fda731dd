-- Which segment of every scheme a customer was in, from when to when, why it came and why it left.
-- A move is seen at a snapshot (month ends and the current day) and counts from the day of its
-- cause since the snapshot before, where it has one. A new scheme adds its name to the list.
-- Grain: one row per customer_key, scheme_code, valid_from.
{%- set schemes = ['party', 'age_band', 'region_tier', 'value_tier', 'lifecycle', 'rfm', 'abc'] %}
{%- set history =
    'over (partition by customer_key, scheme_code order by as_of_date asc nulls last)'
%}
with

placed as (
    {% for scheme in schemes -%}
        select
            customer_key,
            as_of_date,
            '{{ scheme }}' as scheme_code,
            '{{ rule_version('seg_' ~ scheme) }}' as rule_version,
            segment_code,
            rule_code
        from {{ ref('seg_' ~ scheme) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

followed as (
    select
        *,
        lag(segment_code) {{ history }} as previous_code
    from placed
),

snapshots as (
    select
        as_of_date,
        lag(as_of_date) over (order by as_of_date asc nulls last) as earlier_date
    from {{ source('audit', 'snapshots') }}
),

entries as (
    select
        followed.*,
        snapshots.earlier_date
    from followed
    inner join snapshots on followed.as_of_date = snapshots.as_of_date
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
            and entries.earlier_date < causes.cause_date
            and entries.as_of_date >= causes.cause_date
    where entries.previous_code is not null
    group by entries.customer_key, entries.scheme_code, entries.as_of_date
),

-- whoever was not there at the snapshot before came on the day of the first record
dated as (
    select
        entries.*,
        coalesce(
            causes.cause_date,
            case
                when
                    entries.previous_code is null
                    and first_days.first_seen_date > entries.earlier_date
                    and first_days.first_seen_date <= entries.as_of_date
                    then first_days.first_seen_date
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
        coalesce(known_date, as_of_date) as valid_from,
        coalesce(lead(coalesce(known_date, as_of_date)) {{ history }}, date '9999-12-31')
            as valid_to,
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

select * from final
