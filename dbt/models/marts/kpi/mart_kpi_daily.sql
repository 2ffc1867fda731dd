-- The company's key figures by day, beside the same weekday a week before; today's are judged.
-- Grain: one row per kpi_name, kpi_date.
with

figures as (
    select * from {{ ref('fct_kpi_day') }}
),

kpis as (
    select * from {{ ref('kpis') }}
),

judgements as (
    select * from {{ ref('fct_kpi_judgement') }}
),

final as (
    select
        figures.kpi_name,
        figures.kpi_date,
        kpis.label_en,
        kpis.label_zh,
        kpis.unit_code,
        kpis.direction_code,
        figures.kpi_value,
        cast(figures.base_value as bigint) as base_count,
        earlier.kpi_value as week_before_value,
        cast(figures.kpi_value - earlier.kpi_value as decimal(20, 6)) as change_value,
        judgements.expected_value,
        judgements.robust_z,
        judgements.q_value,
        coalesce(judgements.is_alert, false) as is_alert
    from figures
    inner join kpis on figures.kpi_name = kpis.kpi_name
    left join figures as earlier
        on
            figures.kpi_name = earlier.kpi_name
            and {{ add_days('figures.kpi_date', -7) }} = earlier.kpi_date
    left join judgements
        on figures.kpi_name = judgements.kpi_name and figures.kpi_date = judgements.kpi_date
)

select * from final
