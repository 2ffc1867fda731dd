-- How many payers are in which RFM tier, month by month and in both ways: by fifths of their group,
-- where somebody is always best, and by fixed borders, which show whether all pay better or worse.
-- These are told from the first whole year of payments on: a year that fills up looks like success.
-- Grain: one row per as_of_date, mode_code, party_group, tier_code.
{%- set modes = {'quantile': 'segment_code', 'absolute': 'absolute_code'} %}
with

snapshots as (
    select * from {{ source('audit', 'snapshots') }}
),

recorded as (
    select min(event_date) as first_payment_date
    from {{ source('audit', 'event_days') }}
    where source_name = 'boss' and table_name = 'payments'
),

payers as (
    select
        scored.*,
        snapshots.is_month_end,
        {{ days_between('recorded.first_payment_date', 'scored.as_of_date') }} >= 364
            as is_whole_year
    from {{ ref('seg_rfm') }} as scored
    inner join snapshots on scored.as_of_date = snapshots.as_of_date
    cross join recorded
    where scored.segment_code <> 'none'
),

counted as (
    {% for mode, column in modes.items() -%}
        select
            as_of_date,
            is_month_end,
            '{{ mode }}' as mode_code,
            party_group,
            {{ column }} as tier_code,
            count(*) as payers_count
        from payers
        {{ 'where is_whole_year' if mode == 'absolute' }}
        group by as_of_date, is_month_end, party_group, {{ column }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

judged as (
    {{ small_groups_marked(
        'counted', 'payers_count', 'as_of_date, mode_code, party_group', 'tier_code'
    ) }}
),

final as (
    select
        as_of_date,
        is_month_end,
        mode_code,
        party_group,
        tier_code,
        is_suppressed,
        case when not is_suppressed then payers_count end as customers_count,
        case
            when not is_suppressed
                then cast(payers_count as double) / sum(payers_count) over (
                    partition by as_of_date, mode_code, party_group
                )
        end as customers_share
    from judged
)

select * from final
