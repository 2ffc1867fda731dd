-- Campaigns of the last complete delivery up to the run's day. Grain: one row per campaign_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

deliveries as (
    {{ complete_delivery(ref('stg_crm__campaigns')) }}
),

latest as (
    {{ latest_rows('deliveries', keys=['campaign_id']) }}
),

final as (
    select
        campaign_id,
        campaign_name,
        objective_code,
        stance_code,
        offer_product_id,
        channel_code,
        start_date,
        end_date,
        holdout_share,
        contact_cost_yuan,
        sale_margin_yuan
    from latest
)

select * from final
