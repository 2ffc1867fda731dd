-- Whether those who have something similar say yes less often: responses of members drawn for a
-- contact, by the family offered; owners of a substitute (seed product_substitutes) on the eve of
-- the draw against all others. Interval of the difference by Newcombe (1998), method 10.
-- Grain: one row per family_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- retention offers nothing that one could have already
members as (
    select
        responses.campaign_id,
        responses.customer_key,
        responses.assigned_date,
        responses.is_response,
        products.family_code
    from {{ ref('cmp_response') }} as responses
    inner join {{ ref('dim_campaign') }} as campaigns
        on responses.campaign_id = campaigns.campaign_id
    inner join {{ ref('dim_product') }} as products
        on campaigns.offer_product_id = products.product_id
    where
        responses.is_mature
        and responses.arm_code = 'treatment'
        and campaigns.objective_code in ('up_sell', 'cross_sell')
),

owners as (
    select distinct
        members.campaign_id,
        members.customer_key
    from members
    inner join {{ ref('product_substitutes') }} as substitutes
        on members.family_code = substitutes.family_code
    inner join {{ ref('dim_subscription') }} as subscriptions
        on
            members.customer_key = subscriptions.customer_key
            and substitutes.substitute_family_code = subscriptions.family_code
    where {{ held_after(add_days('members.assigned_date', -1)) }}
),

marked as (
    select
        members.*,
        owners.customer_key is not null as is_owner
    from members
    left join owners
        on
            members.campaign_id = owners.campaign_id
            and members.customer_key = owners.customer_key
),

summed as (
    select
        family_code,
        is_owner,
        count(distinct customer_key) as people_count,
        count(*) as drawn_count,
        count(*) filter (where is_response) as hits_count
    from marked
    group by family_code, is_owner
),

shares as (
    select
        *,
        cast(hits_count as double) / drawn_count as hit_share,
        {{ wilson_low('hits_count', 'drawn_count') }} as low_share,
        {{ wilson_high('hits_count', 'drawn_count') }} as high_share
    from summed
    where people_count >= {{ smallest_group() }}
),

final as (
    select
        owning.family_code,
        owning.drawn_count as owners_count,
        rest.drawn_count as others_count,
        owning.hits_count as owner_responses_count,
        rest.hits_count as other_responses_count,
        round(owning.hit_share, 6) as owner_response_share,
        round(rest.hit_share, 6) as other_response_share,
        round(owning.hit_share - rest.hit_share, 6) as gap_share,
        round({{ newcombe_bound('owning', 'rest', '-') }}, 6) as gap_ci_low_share,
        round({{ newcombe_bound('owning', 'rest', '+') }}, 6) as gap_ci_high_share,
        run_context.as_of_date
    from shares as owning
    inner join shares as rest
        on owning.family_code = rest.family_code and owning.is_owner and not rest.is_owner
    cross join run_context
)

select * from final
