-- What the newest definitions would change about snapshots of the days before them, or have changed
-- where somebody restated the past. Grain: one row per as_of_date, indicator_code.
with

indicators as (
    select * from {{ ref('dim_indicator') }}
),

snapshots as (
    select * from {{ source('audit', 'snapshots') }}
),

compared as (
    {% for changed in changed_indicators() -%}
        {%- set value = changed.name -%}
        {%- set dated, newest = value ~ '__dated', value ~ '__newest' -%}
        select
            as_of_date,
            '{{ value }}' as indicator_name,
            count({{ dated }}) as before_count,
            count({{ newest }}) as after_count,
            count(*) filter (
                where {{ exact(dated) }} is distinct from {{ exact(newest) }}
            ) as changed_count,
            count(*) filter (
                where {{ exact(value) }} is distinct from {{ exact(newest) }}
            ) = 0 as is_newest_in_force,
            sum({{ exact(dated) }}) as before_total,
            sum({{ exact(newest) }}) as after_total
        from {{ ref(changed.table) }}
        where
            as_of_date < date '{{ changed.changed_on }}'
            and as_of_date in (select snapshots.as_of_date from snapshots)
        group by as_of_date
        {{ 'union all' if not loop.last }}
    {% else -%}
        select
            cast(null as date) as as_of_date,
            '' as indicator_name,
            0 as before_count,
            0 as after_count,
            0 as changed_count,
            false as is_newest_in_force,
            cast(0 as decimal(38, 6)) as before_total,
            cast(0 as decimal(38, 6)) as after_total
        from indicators
        where false
    {% endfor %}
),

-- sums before and after differ by the values of those who changed: of a few that is too much
judged as (
    select
        compared.*,
        indicators.indicator_code,
        indicators.grain_code,
        indicators.unit_code,
        indicators.kind_code in ('additive', 'semi_additive', 'flag') as is_summable,
        compared.changed_count between 1 and {{ smallest_group() }} - 1
        or greatest(compared.before_count, compared.after_count) < {{ smallest_group() }}
            as is_suppressed
    from compared
    inner join indicators on compared.indicator_name = indicators.indicator_name
),

final as (
    select
        as_of_date,
        indicator_code,
        indicator_name,
        grain_code,
        unit_code,
        is_newest_in_force,
        is_suppressed,
        case when not is_suppressed then changed_count end as changed_count,
        case when not is_suppressed then before_count end as before_count,
        case when not is_suppressed then after_count end as after_count,
        case when is_summable and not is_suppressed then cast(before_total as double) end
            as sum_before_value,
        case when is_summable and not is_suppressed then cast(after_total as double) end
            as sum_after_value,
        case when not is_suppressed then cast(before_total as double) / nullif(before_count, 0) end
            as mean_before_value,
        case when not is_suppressed then cast(after_total as double) / nullif(after_count, 0) end
            as mean_after_value
    from judged
)

select * from final
