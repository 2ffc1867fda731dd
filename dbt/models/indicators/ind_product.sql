-- How a product does: who holds it, comes and goes, what it brings, how it is offered and answered.
-- Products are those of the last catalogue that were launched or sold by then.
-- Grain: one row per product_id, as_of_date.
{{ config(unique_key=['product_id', 'as_of_date'], meta={'grain': 'product'}) }}
with

stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

holding as (
    {{ stale_snapshots(ref('int_product_holding')) }}
),

spine as (
    select
        products.product_id,
        stale.day_date as as_of_date,
        stale.version as _version,
        {{ days_between('products.launched_date', 'stale.day_date') }} as launched_ago
    from {{ ref('dim_product') }} as products
    cross join stale
    left join holding
        on products.product_id = holding.product_id and stale.day_date = holding.as_of_date
    where products.launched_date <= stale.day_date or holding.product_id is not null
),

events as (
    select * from {{ ref('int_product_period') }}
),

windowed as (
    {{ windowed('events', ref('int_snapshot_period')) }}
),

movements as (
    select
        product_id,
        as_of_date,
        {% for days in (30, 90, 365) %}
            {{ sum_within('billed_yuan', days) }} as billed_yuan_{{ days }}d,
        {% endfor %}
        {{ sum_within('offers', 90) }} as offers_90d,
        {{ sum_within('accepted', 90) }} as accepted_90d,
        {{ sum_within('refused', 90) }} as refused_90d,
        {{ sum_within('campaign_contacts', 90) }} as campaign_contacts_90d,
        {{ sum_within('campaign_accepted', 90) }} as campaign_accepted_90d
    from windowed
    group by product_id, as_of_date
),

final as (
    select
        spine.product_id,
        spine.as_of_date,
        {{ indicator(701001400, 'product_subscriptions_count', 'coalesce(subscriptions, 0)',
            'count', 'semi_additive', direction='higher_is_better', en='Subscriptions in force',
            zh='产品在用订购数') }},
        {{ indicator(701002800, 'product_subscribers_count', 'coalesce(subscribers, 0)', 'count',
            'distinct', direction='higher_is_better', en='Customers who hold the product',
            zh='产品在用客户数') }},
        {% for days, window in {30: 6, 90: 9}.items() %}
            {{ indicator(701003300 + window, 'product_started_count_' ~ days ~ 'd',
                'coalesce(started_' ~ days ~ 'd, 0)', 'count', 'additive',
                direction='higher_is_better', en='Subscriptions begun in ' ~ days ~ ' days',
                zh='产品近' ~ days ~ '天新增订购数') }},
            {{ indicator(701004300 + window, 'product_lost_count_' ~ days ~ 'd',
                'coalesce(lost_' ~ days ~ 'd, 0)', 'count', 'additive', direction='lower_is_better',
                en='Subscriptions in force ' ~ days ~ ' days ago and ended since',
                zh='产品近' ~ days ~ '天流失订购数') }},
            {{ indicator(701005400 + window, 'product_before_count_' ~ days ~ 'd',
                'coalesce(before_' ~ days ~ 'd, 0)', 'count', 'semi_additive',
                en='Subscriptions in force ' ~ days ~ ' days ago',
                zh='产品' ~ days ~ '天前在用订购数') }},
        {% endfor %}
        {% for days, window in {30: 6, 90: 9, 365: 12}.items() %}
            {{ indicator(701006200 + window, 'product_billed_yuan_' ~ days ~ 'd',
                'coalesce(billed_yuan_' ~ days ~ 'd, 0)', 'yuan', 'additive',
                direction='higher_is_better', en='Billed for the product in ' ~ days ~ ' days',
                zh='产品近' ~ days ~ '天出账金额') }},
        {% endfor %}
        {{ indicator(701007400, 'product_monthly_fee_yuan', 'coalesce(fee_yuan, 0)', 'yuan',
            'semi_additive', direction='higher_is_better', en='Agreed fees a month of
            subscriptions in force', zh='产品月费合计') }},
        {{ indicator(701008209, 'product_cost_yuan_90d', 'coalesce(cost_yuan_90d, 0)', 'yuan',
            'additive', en='Cost of serving the subscriptions, 90 days', zh='产品近90天服务成本') }},
        {{ indicator(701009309, 'product_offers_count_90d', 'coalesce(offers_90d, 0)', 'count',
            'additive', en='Offers of the product answered in 90 days',
            zh='产品近90天有答复的推荐次数') }},
        {{ indicator(701010309, 'product_accepted_count_90d', 'coalesce(accepted_90d, 0)',
            'count', 'additive', direction='higher_is_better', en='Offers of the product accepted
            in 90 days', zh='产品近90天接受推荐次数') }},
        {{ indicator(701011309, 'product_refused_count_90d', 'coalesce(refused_90d, 0)', 'count',
            'additive', direction='lower_is_better', en='Offers of the product refused in 90
            days', zh='产品近90天拒绝推荐次数') }},
        {{ indicator(701012309, 'product_campaign_contacts_count_90d',
            'coalesce(campaign_contacts_90d, 0)', 'count', 'additive', en='Contacts of campaigns
            that offer the product, 90 days', zh='产品近90天活动触达次数') }},
        {{ indicator(701013309, 'product_campaign_accepted_count_90d',
            'coalesce(campaign_accepted_90d, 0)', 'count', 'additive',
            direction='higher_is_better', en='Campaign offers of the product accepted in 90 days',
            zh='产品近90天活动接受次数') }},
        {{ indicator(701014400, 'product_complained_count', 'coalesce(complained, 0)', 'count',
            'semi_additive', direction='lower_is_better', en='Subscriptions in force whose holder
            complained in 90 days', zh='近90天投诉客户的产品在用订购数') }},
        {{ indicator(701015700, 'product_age_days', 'case when launched_ago >= 0 then launched_ago
            end', 'day', 'level', en='Days since the launch', zh='产品上市天数') }},
        spine._version
    from spine
    left join holding
        on spine.product_id = holding.product_id and spine.as_of_date = holding.as_of_date
    left join movements
        on spine.product_id = movements.product_id and spine.as_of_date = movements.as_of_date
)

select * from final
