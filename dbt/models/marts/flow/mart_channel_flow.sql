-- From which channel customers go to which next within an episode of contacts, how long that takes
-- and how episodes end: links of a Sankey picture, from `start` (step 0) to an ending. Ways of too
-- few people lead to `(other)`, and whoever went one is not followed further: so what comes to a
-- channel goes on from it, and no difference of links tells of few.
-- Grain: one row per step_number, from_code, to_code.
{#- a picture of more than five contacts cannot be read; the few longer episodes end in `longer` -#}
{%- set longest = 5 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

touches as (
    select * from {{ ref('int_touch') }}
),

episodes as (
    select * from {{ ref('int_episode') }}
),

links as (
    select
        customer_key,
        episode_number,
        touch_number - 1 as step_number,
        coalesce(
            lag(touch_code) over (
                partition by customer_key, episode_number order by touch_number asc nulls last
            ),
            'start'
        ) as from_code,
        case when touch_number > {{ longest }} then 'longer' else touch_code end as to_code,
        hours_before
    from touches
    union all
    select
        customer_key,
        episode_number,
        touches_count as step_number,
        last_touch_code as from_code,
        ending_code as to_code,
        null as hours_before
    from episodes
),

{% for step in range(longest + 1) -%}
    -- who goes several ways from here counts for the first: counts of ways may then be added up
    walking_{{ step }} as (
        select
            links.*,
            row_number() over (
                partition by links.customer_key, links.from_code
                order by links.episode_number asc nulls last
            ) = 1 as is_first
        from links
        {% if step > 0 -%}
            inner join followed_{{ step - 1 }} as followed
                on
                    links.customer_key = followed.customer_key
                    and links.episode_number = followed.episode_number
                    and links.from_code = followed.to_code
        {%- endif %}
        where links.step_number = {{ step }}
    ),

    counted_{{ step }} as (
        select
            from_code,
            to_code,
            count(*) filter (where is_first) as people_count
        from walking_{{ step }}
        group by from_code, to_code
    ),

    judged_{{ step }} as (
        {{ small_groups_marked('counted_' ~ step, 'people_count', 'from_code', 'to_code') }}
    ),

    followed_{{ step }} as (
        select
            walking.customer_key,
            walking.episode_number,
            walking.step_number,
            walking.from_code,
            walking.hours_before,
            case when judged.is_suppressed then '(other)' else walking.to_code end as to_code
        from walking_{{ step }} as walking
        inner join judged_{{ step }} as judged
            on walking.from_code = judged.from_code and walking.to_code = judged.to_code
    ),

{% endfor -%}

gone as (
    {% for step in range(longest + 1) -%}
        select * from followed_{{ step }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        gone.step_number,
        gone.from_code,
        gone.to_code,
        gone.to_code = 'unresolved' as is_leak,
        count(*) as episodes_count,
        count(distinct gone.customer_key) as customers_count,
        cast(count(*) as double)
        / sum(count(*)) over (partition by gone.step_number, gone.from_code) as share_of_from,
        cast(median(gone.hours_before) as double) as median_hours_between,
        run_context.as_of_date
    from gone
    cross join run_context
    group by gone.step_number, gone.from_code, gone.to_code, run_context.as_of_date
    having count(distinct gone.customer_key) >= {{ smallest_group() }}
)

select * from final
