-- What is made of other indicators of a product. Grain: one row per product_id, as_of_date.
{{ config(unique_key=['product_id', 'as_of_date'], meta={'grain': 'product'}) }}
with

stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

spine as (
    {{ stale_snapshots(ref('ind_product')) }}
),

final as (
    select
        spine.product_id,
        spine.as_of_date,
        {% for days, window in {30: 6, 90: 9}.items() %}
            {{ composite(803001100 + window, 'product_churn_share_' ~ days ~ 'd',
                'product_lost_count_' ~ days ~ 'd / product_before_count_' ~ days ~ 'd',
                unit='share', direction='lower_is_better',
                en='Share of the subscriptions of ' ~ days ~ ' days ago that ended since',
                zh='产品近' ~ days ~ '天流失率') }},
            {{ composite(803002100 + window, 'product_growth_share_' ~ days ~ 'd',
                'product_subscriptions_count / product_before_count_' ~ days ~ 'd - 1',
                unit='share', direction='higher_is_better',
                en='Growth of subscriptions over ' ~ days ~ ' days',
                zh='产品近' ~ days ~ '天订购增幅') }},
        {% endfor %}
        {{ composite(803003106, 'product_billed_yuan_per_subscription_30d',
            'product_billed_yuan_30d / product_subscriptions_count', direction='higher_is_better',
            en='Billed per subscription in force, 30 days: the ARPU of the product', zh='产品近30天每订购收入(ARPU)') }},
        {{ composite(803004109, 'product_margin_share_90d',
            '1 - product_cost_yuan_90d / product_billed_yuan_90d', unit='share',
            direction='higher_is_better',
            en='Billed less cost of serving, as a share of bills, 90 days',
            zh='产品近90天毛利率') }},
        {{ composite(803005109, 'product_refusal_share_90d',
            'product_refused_count_90d / product_offers_count_90d', unit='share', direction='lower_is_better',
            en='Share of answered offers of the product refused, 90 days', zh='产品近90天拒绝率') }},
        {{ composite(803006109, 'product_campaign_response_share_90d',
            'product_campaign_accepted_count_90d / product_campaign_contacts_count_90d', unit='share', direction='higher_is_better',
            en='Share of campaign contacts for the product accepted, 90 days', zh='产品近90天活动接受率') }},
        {{ composite(803007100, 'product_complaint_share',
            'product_complained_count / product_subscriptions_count', unit='share', direction='lower_is_better',
            en='Share of subscriptions whose holder complained in 90 days', zh='产品近90天投诉率') }},
        spine._version
    from spine
)

select * from final
