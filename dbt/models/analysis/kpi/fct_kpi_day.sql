-- Key figures of the company by day, days without anything being zeros; a share with its base.
-- Grain: one row per kpi_name, kpi_date.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

kpis as (
    select * from {{ ref('kpis') }}
),

totals as (
    select
        kpi_date,
        measure_code,
        sum(measure_value) as measure_value
    from {{ ref('int_kpi_cell') }}
    group by kpi_date, measure_code
),

days as (
    select dates.calendar_date as kpi_date
    from {{ ref('dim_date') }} as dates
    cross join run_context
    where
        dates.calendar_date <= run_context.as_of_date
        and dates.calendar_date > {{ add_days('run_context.as_of_date', '-' ~ kpi_days()) }}
),

final as (
    select
        kpis.kpi_name,
        kpis.kind_code,
        days.kpi_date,
        coalesce(parts.measure_value, 0) as part_value,
        case when kpis.kind_code = 'share' then coalesce(bases.measure_value, 0) end as base_value,
        case
            when kpis.kind_code = 'share'
                then cast(
                    coalesce(parts.measure_value, 0) / nullif(bases.measure_value, 0)
                    as decimal(20, 6)
                )
            else cast(coalesce(parts.measure_value, 0) as decimal(20, 6))
        end as kpi_value
    from kpis
    cross join days
    left join totals as parts
        on kpis.measure_code = parts.measure_code and days.kpi_date = parts.kpi_date
    left join totals as bases
        on kpis.base_measure_code = bases.measure_code and days.kpi_date = bases.kpi_date
)

select * from final
