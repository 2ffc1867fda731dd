-- Through which value tiers, parties and channels today's key figures changed since a week before,
-- to the last digit; members of too few customers are shown together.
-- Grain: one row per kpi_name, dimension_code, member_code.
{%- set dimensions = ['value_tier', 'party', 'channel'] %}
{%- set is_part = 'cells.measure_code = kpis.measure_code' %}
{%- set is_now = 'cells.kpi_date = changes.kpi_date' %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

kpis as (
    select * from {{ ref('kpis') }}
),

changes as (
    select
        today.*,
        cast(today.kpi_value - earlier.kpi_value as decimal(20, 6)) as change_value
    from {{ ref('fct_kpi_day') }} as today
    inner join run_context on today.kpi_date = run_context.as_of_date
    inner join {{ ref('fct_kpi_day') }} as earlier
        on
            today.kpi_name = earlier.kpi_name
            and {{ add_days('today.kpi_date', -7) }} = earlier.kpi_date
    where today.kpi_value is not null and earlier.kpi_value is not null
),

{{ certain_people(ref('int_kpi_cell')) }},

cells as (
    {% for dimension in dimensions -%}
        select
            kpi_date,
            measure_code,
            '{{ dimension }}' as dimension_code,
            {{ dimension }}_code as member_code,
            sum(measure_value) as measure_value,
            sum({{ 'customers_count' if dimension == 'channel' else 'certain_count' }})
                as customers_count
        from counted
        group by kpi_date, measure_code, {{ dimension }}_code
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        changes.kpi_name,
        changes.kind_code,
        changes.kpi_date,
        changes.change_value,
        cells.dimension_code,
        cells.member_code,
        sum(case when {{ is_part }} and {{ is_now }} then cells.measure_value else 0 end)
            as part_now,
        sum(case when {{ is_part }} and not {{ is_now }} then cells.measure_value else 0 end)
            as part_before,
        sum(case when not {{ is_part }} and {{ is_now }} then cells.measure_value else 0 end)
            as base_now,
        sum(case when not {{ is_part }} and not {{ is_now }} then cells.measure_value else 0 end)
            as base_before,
        -- the fewest people any of its figures speaks of
        min(cells.customers_count) as customers_count
    from changes
    inner join kpis on changes.kpi_name = kpis.kpi_name
    inner join cells
        on
            cells.measure_code in (kpis.measure_code, kpis.base_measure_code)
            and cells.kpi_date in (changes.kpi_date, {{ add_days('changes.kpi_date', -7) }})
    group by
        changes.kpi_name, changes.kind_code, changes.kpi_date, changes.change_value,
        cells.dimension_code, cells.member_code
),

judged as (
    {{ small_groups_marked(
        'compared', 'customers_count', 'kpi_name, dimension_code', 'member_code',
    ) }}
),

pooled as (
    select
        kpi_name,
        kind_code,
        kpi_date,
        change_value,
        dimension_code,
        case when is_suppressed then 'small_groups' else member_code end as member_code,
        sum(part_now) as part_now,
        sum(part_before) as part_before,
        sum(base_now) as base_now,
        sum(base_before) as base_before
    from judged
    group by all
),

{{ split_change('pooled') }},

final as (
    select
        kpi_name,
        dimension_code,
        member_code,
        kpi_date,
        change_value as kpi_change_value,
        cast(rate_value as decimal(20, 6)) as rate_change_value,
        mix_value as mix_change_value,
        cast(coalesce(rate_value, 0) + mix_value as decimal(20, 6)) as member_change_value
    from split
)

select * from final
