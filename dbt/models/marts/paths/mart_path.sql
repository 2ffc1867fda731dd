-- By which paths of pages visits go, and what they bring. Paths of too few people are one row,
-- `(other)`, together with the next rarest where those alone were too few.
-- Grain: one row per path_text.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

visits as (
    select
        visits.*,
        run_context.as_of_date
    from {{ ref('int_visit') }} as visits
    cross join run_context
),

paths as (
    select
        as_of_date,
        path_text,
        count(distinct person_id) as people_count
    from visits
    group by as_of_date, path_text
),

judged as (
    {{ small_groups_marked('paths', 'people_count', 'as_of_date', 'path_text') }}
),

pooled as (
    select
        visits.*,
        case when judged.is_suppressed then '(other)' else visits.path_text end as shown_path_text
    from visits
    inner join judged on visits.path_text = judged.path_text
),

counted as (
    select
        as_of_date,
        shown_path_text as path_text,
        shown_path_text = '(other)' as is_pooled,
        count(*) filter (where is_truncated) as truncated_visits_count,
        count(*) as visits_count,
        count(distinct person_id) as customers_count,
        avg(steps_count) as mean_steps_count,
        cast(avg({{ exact('dwell_minutes') }}) as double) as mean_known_dwell_minutes,
        count(distinct case when is_converted then person_id end) as buyers_count,
        count(*) filter (where is_converted) as conversions_count,
        sum(order_yuan) as order_yuan
    from pooled
    group by as_of_date, shown_path_text
),

bought as (
    {{ small_groups_marked('counted', 'buyers_count', 'as_of_date', 'path_text') }}
),

final as (
    select
        path_text,
        is_pooled,
        customers_count < {{ smallest_group() }} as is_suppressed,
        case when customers_count >= {{ smallest_group() }} then truncated_visits_count end
            as truncated_visits_count,
        case when customers_count >= {{ smallest_group() }} then visits_count end as visits_count,
        case when customers_count >= {{ smallest_group() }} then customers_count end
            as customers_count,
        case when customers_count >= {{ smallest_group() }} then mean_steps_count end
            as mean_steps_count,
        case when customers_count >= {{ smallest_group() }} then mean_known_dwell_minutes end
            as mean_known_dwell_minutes,
        case when not is_suppressed then conversions_count end as conversions_count,
        case when not is_suppressed then cast(conversions_count as double) / visits_count end
            as conversion_share,
        case when not is_suppressed then cast(order_yuan as decimal(18, 2)) end as order_yuan,
        as_of_date
    from bought
)

select * from final
