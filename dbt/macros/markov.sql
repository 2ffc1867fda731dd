{#
Absorbing Markov chains over a table of counted steps: what a state is worth to the outcome.
What does not belong here: what a state or a step is.

Removal effect: the share of conversions that would be lost if everybody who came to a state went
away there. Source: E. Anderl, I. Becker, F. von Wangenheim, J. Schumann (2016), Mapping the customer
journey, Int. J. of Research in Marketing 33(3), 457-474.
#}

{# CTEs `chain_steps` to `chain_reached` over `steps` (chain_code, from_state, to_state,
   steps_count): for every chain and removed state (none: the chain as it is) the probability
   `conversion_share` to come from `start` to `conversion`, and `underway_share`, what had not ended
   after all squarings. A step to or from the removed state is left out: who takes it is lost. #}
{% macro chain_reached(steps) -%}
{#- 2 ** 12 = 4,096 steps: of visits of ten pages on average 0.9 ** 4,096, nothing that a double can
   hold, is then still on its way -#}
{%- set squarings = 12 -%}
chain_steps as (
    select
        chain_code,
        from_state,
        to_state,
        cast(steps_count as double)
        / sum(steps_count) over (partition by chain_code, from_state) as step_share
    from {{ steps }}
),

chain_removals as (
    select distinct
        chain_code,
        from_state as removed_state
    from chain_steps
    where from_state <> 'start'
    union all
    select distinct
        chain_code,
        'none' as removed_state
    from chain_steps
),

chain_power_0 as (
    select
        chain_removals.chain_code,
        chain_removals.removed_state,
        chain_steps.from_state,
        chain_steps.to_state,
        chain_steps.step_share
    from chain_steps
    inner join chain_removals on chain_steps.chain_code = chain_removals.chain_code
    where
        chain_steps.from_state <> chain_removals.removed_state
        and chain_steps.to_state <> chain_removals.removed_state
        and chain_steps.to_state <> 'lost'
    union all
    select
        chain_code,
        removed_state,
        'conversion' as from_state,
        'conversion' as to_state,
        1e0 as step_share
    from chain_removals
),
{% for n in range(squarings) %}
chain_power_{{ n + 1 }} as (
    select
        before.chain_code,
        before.removed_state,
        before.from_state,
        after.to_state,
        sum(before.step_share * after.step_share) as step_share
    from chain_power_{{ n }} as before
    inner join chain_power_{{ n }} as after
        on
            before.chain_code = after.chain_code
            and before.removed_state = after.removed_state
            and before.to_state = after.from_state
    group by before.chain_code, before.removed_state, before.from_state, after.to_state
),
{% endfor %}
chain_reached as (
    select
        chain_removals.chain_code,
        chain_removals.removed_state,
        coalesce(sum(reached.step_share) filter (where reached.to_state = 'conversion'), 0)
            as conversion_share,
        coalesce(sum(reached.step_share) filter (where reached.to_state <> 'conversion'), 0)
            as underway_share
    from chain_removals
    left join chain_power_{{ squarings }} as reached
        on
            chain_removals.chain_code = reached.chain_code
            and chain_removals.removed_state = reached.removed_state
            and reached.from_state = 'start'
    group by chain_removals.chain_code, chain_removals.removed_state
)
{%- endmacro %}
