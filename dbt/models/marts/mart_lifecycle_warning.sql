-- Which signs come before a departure, how long before, and how far they can be trusted. A warning
-- counts when it stood at a snapshot in the half year before; its lead is that of the first one. A
-- rate over 30, 60 or 90 days uses only snapshots that lie so far back.
-- Grain: one row per signal_code.
{%- set signals = [
    'bills_fall', 'usage_falls', 'gave_up_services', 'silent_month', 'bill_overdue',
    'complained', 'looked_at_cancelling', 'contract_runs_out', 'in_decline',
] %}
{%- set warned_days = 180 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

dated as (
    select * from {{ ref('seg_lifecycle_sign') }}
),

signs as (
    {% for signal in signals -%}
        select
            '{{ signal }}' as signal_code,
            {{ signal }} as is_warned,
            customer_key,
            days_left,
            age_days
        from dated
        union all
    {% endfor -%}
    select
        'any' as signal_code,
        {{ signals | join(' or ') }} as is_warned,
        customer_key,
        days_left,
        age_days
    from dated
),

rates as (
    select
        signal_code,
        count(*) filter (where is_warned) as warned_months_count,
        {% for days in [30, 60, 90] %}
            {{ share_left('is_warned', days) }} as exit_share_{{ days }}d,
        {% endfor %}
        {{ share_left('not is_warned', 90) }} as unwarned_exit_share_90d
    from signs
    group by signal_code
),

leads as (
    select
        signal_code,
        customer_key,
        max(case when is_warned and days_left <= {{ warned_days }} then days_left end) as lead_days
    from signs
    where days_left is not null
    group by signal_code, customer_key
),

warnings as (
    select
        signal_code,
        count(*) as exits_count,
        count(lead_days) as warned_exits_count,
        median(lead_days) as median_lead_days
    from leads
    group by signal_code
),

final as (
    select
        rates.signal_code,
        warnings.exits_count,
        warnings.warned_exits_count,
        cast(warnings.warned_exits_count as double) / warnings.exits_count as warned_exits_share,
        cast(warnings.median_lead_days as double) as median_lead_days,
        rates.warned_months_count,
        rates.exit_share_30d,
        rates.exit_share_60d,
        rates.exit_share_90d,
        rates.unwarned_exit_share_90d,
        rates.exit_share_90d / nullif(rates.unwarned_exit_share_90d, 0) as lift_90d,
        run_context.as_of_date
    from rates
    inner join warnings on rates.signal_code = warnings.signal_code
    cross join run_context
    where warnings.warned_exits_count >= {{ smallest_group() }}
)

select * from final
