-- Who held a product on the day of a snapshot, who came and who left before it.
-- Grain: one row per product_id, as_of_date.
{{ config(materialized='view') }}

with

subscriptions as (
    select
        held.*,
        feedback.complaints_90d > 0 as has_complained,
        {{ days_between('held.started_date', 'held.as_of_date') }} as started_ago,
        {{ days_between('held.ended_date', 'held.as_of_date') }} as ended_ago,
        {{ days_in_window('held.started_date', 'held.ended_date', 90, 'held.as_of_date') }}
            as days_90d
    from {{ ref('int_subscription_snapshot') }} as held
    left join {{ ref('int_feedback') }} as feedback
        on held.customer_key = feedback.customer_key and held.as_of_date = feedback.as_of_date
),

-- lost are those of them that were there when the window began and are there no more
final as (
    select
        product_id,
        as_of_date,
        count(*) filter (where is_active) as subscriptions,
        count(*) filter (where is_active and has_complained) as complained,
        count(distinct case when is_active then customer_key end) as subscribers,
        sum(case when is_active then monthly_fee_yuan else 0 end) as fee_yuan,
        sum(monthly_cost_yuan * days_90d) * 12 / 365.0 as cost_yuan_90d,
        count(*) filter (where started_ago < 30) as started_30d,
        count(*) filter (
            where started_ago >= 30 and coalesce(ended_ago < 30, true)
        ) as before_30d,
        count(*) filter (where started_ago >= 30 and ended_ago < 30) as lost_30d,
        count(*) filter (where started_ago < 90) as started_90d,
        count(*) filter (
            where started_ago >= 90 and coalesce(ended_ago < 90, true)
        ) as before_90d,
        count(*) filter (where started_ago >= 90 and ended_ago < 90) as lost_90d
    from subscriptions
    group by product_id, as_of_date
)

select * from final
