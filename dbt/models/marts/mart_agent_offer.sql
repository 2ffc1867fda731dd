-- How often an agent offers something other than the system advised, shrunken towards the team so
-- that few offers make nobody an outlier. Empirical Bayes with a beta prior: own = (x + K m) / (n
-- + K), m the team's share, K = m (1 - m) / t - 1, and t the variance between agents by moments, t
-- = (sum n (p - m)^2 - (a - 1) m (1 - m)) / (N - sum n^2 / N) for a agents (J. C. Kleinman 1973,
-- J. Am. Stat. Assoc. 68, 46-54). Where t is not positive agents do not differ: everybody gets m.
-- Grain: one row per agent_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

offers as (
    select * from {{ ref('int_agent_offer') }}
),

agents as (
    select
        agent_id,
        count(*) as offers_count,
        count(distinct customer_key) as customers_count,
        count(*) filter (where is_own_choice) as own_choices_count,
        count(*) filter (where is_own_choice and is_accepted) as own_accepted_count,
        count(*) filter (where not is_own_choice and is_accepted) as advised_accepted_count
    from offers
    group by agent_id
),

team as (
    select
        count(*) as agents_count,
        cast(sum(offers_count) as double) as offers_count,
        cast(sum(own_choices_count) as double) / sum(offers_count) as own_choice_share,
        cast(sum(offers_count * offers_count) as double) as squares
    from agents
),

spread as (
    select
        team.agents_count,
        team.offers_count,
        team.own_choice_share,
        (
            sum(agents.offers_count * {{ exact(
                'power(cast(agents.own_choices_count as double) / agents.offers_count'
                ' - team.own_choice_share, 2)'
            ) }})
            - (team.agents_count - 1) * team.own_choice_share * (1 - team.own_choice_share)
        ) / nullif(team.offers_count - team.squares / team.offers_count, 0) as variance
    from agents
    cross join team
    group by team.agents_count, team.offers_count, team.own_choice_share, team.squares
),

-- no strength: nothing tells the agents apart
team_prior as (
    select
        own_choice_share,
        case
            when variance > 0
                then greatest(own_choice_share * (1 - own_choice_share) / variance - 1, 0)
        end as strength
    from spread
),

favourites as (
    select
        agent_id,
        offered_family_code as favourite_family_code,
        count(*) as favourite_count
    from offers
    where is_own_choice
    group by agent_id, offered_family_code
    qualify row_number() over (
        partition by agent_id order by count(*) desc nulls last, offered_family_code asc nulls last
    ) = 1
),

final as (
    select
        agents.agent_id,
        agents.offers_count,
        agents.own_choices_count,
        cast(agents.own_choices_count as double) / agents.offers_count as own_choice_share,
        round(
            coalesce(
                (agents.own_choices_count + team_prior.strength * team_prior.own_choice_share)
                / (agents.offers_count + team_prior.strength), team_prior.own_choice_share
            ), 6
        ) as shrunken_share,
        team_prior.own_choice_share as team_share,
        round(team_prior.strength, 6) as prior_strength,
        favourites.favourite_family_code,
        cast(favourites.favourite_count as double) / agents.own_choices_count as favourite_share,
        cast(agents.own_accepted_count as double) / nullif(agents.own_choices_count, 0)
            as own_accepted_share,
        cast(agents.advised_accepted_count as double)
        / nullif(agents.offers_count - agents.own_choices_count, 0) as advised_accepted_share,
        run_context.as_of_date
    from agents
    cross join team_prior
    left join favourites on agents.agent_id = favourites.agent_id
    cross join run_context
)

select * from final
