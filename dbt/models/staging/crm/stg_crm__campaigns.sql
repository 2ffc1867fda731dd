-- Campaigns as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('crm', 'campaigns') }}
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
        sale_margin_yuan,
        business_date,
        _file_id,
        _record
    from source
)

select * from final
