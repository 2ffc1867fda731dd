-- Campaigns of the last complete delivery up to the run's day. Grain: one row per campaign_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

deliveries as (
    select campaigns.*
    from {{ ref('stg_crm__campaigns') }} as campaigns
    cross join run_context
    where campaigns.business_date <= run_context.as_of_date
    qualify campaigns.business_date = max(campaigns.business_date) over ()
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
