-- Whether a member did what the campaign was for: took out the offered family within 30 days of the
-- draw or, in retention, still had a service 60 days after it. Both arms are judged alike.
-- Grain: one row per campaign_id, customer_key.
{%- set sale_days = 30 %}
{%- set retention_days = 60 %}
with

members as (
    select * from {{ ref('cmp_member') }}
),

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

subscriptions as (
    select * from {{ ref('dim_subscription') }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

windows as (
    select
        members.*,
        campaigns.objective_code = 'retention' as is_retention,
        products.family_code,
        {{ add_days(
            'members.assigned_date',
            "case when campaigns.objective_code = 'retention' then " ~ retention_days
            ~ " else " ~ sale_days ~ " end"
        ) }} as outcome_date
    from members
    inner join campaigns on members.campaign_id = campaigns.campaign_id
    left join products on campaigns.offer_product_id = products.product_id
),

-- a subscription counts from its first to its last day of service, both included
outcomes as (
    select
        windows.campaign_id,
        windows.customer_key,
        count_if(
            not windows.is_retention
            and subscriptions.started_date between windows.assigned_date and windows.outcome_date
            and (windows.family_code is null or subscriptions.family_code = windows.family_code)
        ) > 0 as has_bought,
        count_if(
            windows.is_retention
            and subscriptions.started_date <= windows.outcome_date
            and coalesce(subscriptions.ended_date, date '9999-12-31') >= windows.outcome_date
        ) > 0 as has_stayed
    from windows
    inner join subscriptions on windows.customer_key = subscriptions.customer_key
    group by windows.campaign_id, windows.customer_key
),

-- before its window is over an outcome is unknown, also when it has come already: early answers
-- are no fair sample of all answers
final as (
    select
        windows.campaign_id,
        windows.customer_key,
        windows.arm_code,
        windows.assigned_date,
        windows.outcome_date,
        windows.outcome_date <= run_context.as_of_date as is_mature,
        case
            when windows.outcome_date <= run_context.as_of_date
                then coalesce(outcomes.has_bought or outcomes.has_stayed, false)
        end as is_response
    from windows
    left join outcomes
        on
            windows.campaign_id = outcomes.campaign_id
            and windows.customer_key = outcomes.customer_key
    cross join run_context
)

select * from final
