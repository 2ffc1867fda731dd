-- What would be lost without a page or a channel: its removal effect in the Markov chain of visits
-- (until an order) or contact episodes (until a sale), and its part of the conversions by it.
-- Grain: one row per chain_code, state_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

steps as (
    select * from {{ ref('int_path_step') }}
),

{{ chain_reached('steps') }},

-- every walk enters a chain once and every conversion leaves it once
chains as (
    select
        chain_code,
        cast(sum(case when from_state = 'start' then steps_count else 0 end) as bigint)
            as walks_count,
        cast(sum(case when to_state = 'conversion' then steps_count else 0 end) as bigint)
            as conversions_count
    from steps
    group by chain_code
),

entered as (
    select
        chain_code,
        to_state as state_code,
        cast(sum(steps_count) as bigint) as entries_count
    from steps
    where to_state not in ('conversion', 'lost')
    group by chain_code, to_state
),

effects as (
    select
        chains.chain_code,
        removed.removed_state as state_code,
        chains.walks_count,
        chains.conversions_count,
        -- the order in which a chain is summed shows in the sixteenth digit
        round(complete.conversion_share, 12) as conversion_share,
        round(1 - removed.conversion_share / nullif(complete.conversion_share, 0), 9)
            as removal_effect_share
    from chains
    inner join chain_reached as removed on chains.chain_code = removed.chain_code
    inner join chain_reached as complete
        on chains.chain_code = complete.chain_code and complete.removed_state = 'none'
    where removed.removed_state <> 'none'
),

attributed as (
    select
        *,
        round(
            removal_effect_share / nullif(
                cast(
                    sum(cast(removal_effect_share as decimal(18, 9))) over (partition by chain_code)
                    as double
                ),
                0
            ),
            9
        ) as attributed_share
    from effects
),

final as (
    select
        attributed.chain_code,
        attributed.state_code,
        entered.entries_count,
        attributed.walks_count,
        attributed.conversions_count,
        attributed.conversion_share,
        attributed.removal_effect_share,
        attributed.attributed_share,
        round(attributed.attributed_share * attributed.conversions_count, 6)
            as attributed_conversions_count,
        run_context.as_of_date
    from attributed
    inner join entered
        on
            attributed.chain_code = entered.chain_code
            and attributed.state_code = entered.state_code
    cross join run_context
    where
        entered.entries_count >= {{ smallest_group() }}
        and attributed.conversions_count >= {{ smallest_group() }}
)

select * from final
