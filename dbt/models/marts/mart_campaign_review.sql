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

-- the effect stands on the treatment row only: one number per campaign, not to be added up
final as (
    select
        arms.campaign_id,
        arms.arm_code,
        campaigns.campaign_name,
        campaigns.objective_code,
        campaigns.stance_code,
        campaigns.channel_code,
        campaigns.offer_product_id,
        campaigns.start_date,
        campaigns.end_date,
        arms.members_count,
        case when arms.arm_code = 'treatment' then arms.members_count else 0 end as planned_count,
        arms.contacted_count,
        arms.reached_count,
        arms.accepted_count,
        arms.contacts_count,
        arms.mature_count,
        arms.responses_count,
        cast(arms.reached_count as double) / nullif(arms.contacted_count, 0) as reach_share,
        cast(arms.responses_count as double) / nullif(arms.mature_count, 0) as response_share,
        cast(arms.contacts_count * campaigns.contact_cost_yuan as decimal(14, 2)) as cost_yuan,
        cast(arms.responses_count * campaigns.sale_margin_yuan as decimal(14, 2)) as margin_yuan,
        effects.itt_share,
        effects.itt_ci_low_share,
        effects.itt_ci_high_share,
        cast(round(campaigns.sale_margin_yuan * (
            effects.treated_responses_count
            - cast(effects.control_responses_count as double)
            * effects.treated_count / effects.control_count
        ), 2) as decimal(14, 2)) as incremental_margin_yuan,
        arms.mature_count = arms.members_count as is_mature,
        run_context.as_of_date
    from arms
    inner join campaigns on arms.campaign_id = campaigns.campaign_id
    left join effects on arms.campaign_id = effects.campaign_id and arms.arm_code = 'treatment'
    cross join run_context
)

select * from final
