-- A first-order chain of counted steps converts exactly as often as the walks it was counted from;
-- effects are shares, and after all squarings (to 1e-9) nobody is still on the way.
with

steps as (
    select * from {{ ref('int_path_step') }}
),

{{ chain_reached('steps') }},

observed as (
    select
        chain_code,
        cast(sum(case when to_state = 'conversion' then steps_count else 0 end) as double)
        / sum(case when from_state = 'start' then steps_count else 0 end) as conversion_share
    from steps
    group by chain_code
)

select
    chain_reached.chain_code,
    chain_reached.removed_state,
    chain_reached.conversion_share
from chain_reached
inner join observed on chain_reached.chain_code = observed.chain_code
where
    chain_reached.underway_share > 1e-9
    or chain_reached.conversion_share > observed.conversion_share + 1e-9
    or (
        chain_reached.removed_state = 'none'
        and abs(chain_reached.conversion_share - observed.conversion_share) > 1e-9
    )
