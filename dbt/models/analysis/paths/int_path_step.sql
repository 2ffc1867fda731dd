-- Counted steps of two Markov chains from `start` to `conversion` or `lost`: pages of a visit until
-- an order, and channels of a contact episode until a sale. Open episodes are left out.
-- Grain: one row per chain_code, from_state, to_state.
with

pages as (
    select * from {{ ref('int_visit_page') }}
),

visits as (
    select * from {{ ref('int_visit') }}
),

touches as (
    select * from {{ ref('int_touch') }}
),

episodes as (
    select * from {{ ref('int_episode') }}
    where ending_code <> 'open'
),

walks as (
    select
        'page' as chain_code,
        pages.visitor_id as walker_id,
        pages.visit_number as walk_number,
        pages.step_number as state_number,
        pages.page_code as state_code,
        visits.is_converted
    from pages
    inner join visits
        on pages.visitor_id = visits.visitor_id and pages.visit_number = visits.visit_number
    union all
    select
        'channel' as chain_code,
        touches.customer_key as walker_id,
        touches.episode_number as walk_number,
        touches.touch_number as state_number,
        touches.touch_code as state_code,
        episodes.ending_code = 'sold' as is_converted
    from touches
    inner join episodes
        on
            touches.customer_key = episodes.customer_key
            and touches.episode_number = episodes.episode_number
),

steps as (
    select
        chain_code,
        'start' as from_state,
        state_code as to_state
    from walks
    where state_number = 1
    union all
    select
        chain_code,
        state_code as from_state,
        coalesce(
            lead(state_code) over (
                partition by chain_code, walker_id, walk_number
                order by state_number asc nulls last
            ),
            case when is_converted then 'conversion' else 'lost' end
        ) as to_state
    from walks
),

final as (
    select
        chain_code,
        from_state,
        to_state,
        count(*) as steps_count
    from steps
    group by chain_code, from_state, to_state
)

select * from final
