-- What a campaign did, cost and changed, by arm. Grain: one row per campaign_id, arm_code.
with

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

responses as (
    select * from {{ ref('cmp_response') }}
),

contacts as (
    select * from {{ ref('cmp_contact') }}
),

effects as (
    select * from {{ ref('cmp_effect') }}
),

sales as (
    select
        campaign_id,
        arm_code,
        case
            when count(*) filter (where margin_yuan is null) = 0 then sum(margin_yuan)
        end as margin_yuan
    from {{ ref('cmp_sale') }}
    group by campaign_id, arm_code
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

arms as (
    select
        responses.campaign_id,
        responses.arm_code,
        count(*) as members_count,
        count(contacts.customer_key) as contacted_count,
        count(*) filter (where contacts.is_reached) as reached_count,
        count(*) filter (where contacts.is_accepted) as accepted_count,
        cast(sum(coalesce(contacts.contacts_count, 0)) as bigint) as contacts_count,
        count(*) filter (where responses.is_mature) as mature_count,
        count(*) filter (where responses.is_response) as responses_count
    from responses
    left join contacts
        on
            responses.campaign_id = contacts.campaign_id
            and responses.customer_key = contacts.customer_key
    group by responses.campaign_id, responses.arm_code
),

-- a margin nobody knows is no margin of zero; without a sale there is none
earned as (
    select
        arms.*,
        case when arms.responses_count > 0 then sales.margin_yuan else 0 end as margin_yuan
    from arms
    left join sales on arms.campaign_id = sales.campaign_id and arms.arm_code = sales.arm_code
),

-- the effect stands on the treatment row only: one number per campaign, not to be added up
final as (
    select
        earned.campaign_id,
        earned.arm_code,
        campaigns.campaign_name,
        campaigns.objective_code,
        campaigns.stance_code,
        campaigns.channel_code,
        campaigns.offer_product_id,
        campaigns.start_date,
        campaigns.end_date,
        earned.members_count,
        case when earned.arm_code = 'treatment' then earned.members_count else 0 end
            as planned_count,
        earned.contacted_count,
        earned.reached_count,
        earned.accepted_count,
        earned.contacts_count,
        earned.mature_count,
        earned.responses_count,
        cast(earned.reached_count as double) / nullif(earned.contacted_count, 0) as reach_share,
        cast(earned.responses_count as double) / nullif(earned.mature_count, 0) as response_share,
        cast(earned.contacts_count * campaigns.contact_cost_yuan as decimal(14, 2)) as cost_yuan,
        cast(earned.margin_yuan as decimal(14, 2)) as margin_yuan,
        effects.itt_share,
        effects.itt_ci_low_share,
        effects.itt_ci_high_share,
        effects.cace_share,
        effects.cace_ci_low_share,
        effects.cace_ci_high_share,
        cast(round(
            earned.margin_yuan
            - cast(held_out.margin_yuan as double) * effects.treated_count / effects.control_count,
            2
        ) as decimal(14, 2)) as incremental_margin_yuan,
        earned.mature_count = earned.members_count as is_mature,
        run_context.as_of_date
    from earned
    inner join campaigns on earned.campaign_id = campaigns.campaign_id
    left join effects on earned.campaign_id = effects.campaign_id and earned.arm_code = 'treatment'
    left join earned as held_out
        on effects.campaign_id = held_out.campaign_id and held_out.arm_code = 'control'
    cross join run_context
)

select * from final
