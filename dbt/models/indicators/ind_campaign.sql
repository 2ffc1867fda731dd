-- Which campaigns the customer was in and how he answered; unknown without a CRM record.
-- Grain: one row per customer_key, as_of_date.
{%- set known = 'has_crm' %}
with

stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

campaigns as (
    select * from {{ ref('int_campaign_period') }}
),

windowed as (
    {{ windowed('campaigns', ref('int_snapshot_period')) }}
),

streaks as (
    select * from {{ ref('int_refusal_streak') }}
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ indicator(502001309, 'campaigns_count_90d', sum_within('campaigns', 90), 'count',
            'additive', known=known, en='Campaigns that addressed the customer, begun in 90 days',
            zh='近90天参与活动数') }},
        {{ indicator(502001312, 'campaigns_count_365d', sum_within('campaigns', 365), 'count',
            'additive', known=known, en='Campaigns that addressed the customer, begun in 365 days',
            zh='近365天参与活动数') }},
        {{ indicator(502002312, 'holdouts_count_365d', sum_within('holdouts', 365), 'count',
            'additive', known=known, en='Campaigns the customer was held out of at random, 365 days',
            zh='近365天作为对照组次数') }},
        {{ indicator(502003309, 'campaign_contacts_count_90d', sum_within('contacts', 90), 'count',
            'additive', known=known, en='Contacts of campaigns in 90 days', zh='近90天活动触达次数') }},
        {{ indicator(502003312, 'campaign_contacts_count_365d', sum_within('contacts', 365),
            'count', 'additive', known=known, en='Contacts of campaigns in 365 days',
            zh='近365天活动触达次数') }},
        {{ indicator(502004312, 'campaign_accepted_count_365d', sum_within('accepted', 365),
            'count', 'additive', known=known, direction='higher_is_better',
            en='Campaign offers accepted in 365 days', zh='近365天活动接受次数') }},
        {{ indicator(502005312, 'campaign_refused_count_365d', sum_within('refused', 365),
            'count', 'additive', known=known, direction='lower_is_better',
            en='Campaign offers refused in 365 days', zh='近365天活动拒绝次数') }},
        {{ indicator(502006306, 'sales_contacts_count_30d', sum_within('sales', 30), 'count',
            'additive', known=known, en='Contacts we began to sell, 30 days',
            zh='近30天营销触达次数') }},
        {{ indicator(502006302, 'sales_contacts_count_7d', sum_within('sales', 7), 'count',
            'additive', known=known, en='Contacts we began to sell, 7 days',
            zh='近7天营销触达次数') }},
        {{ indicator(502007700, 'days_since_campaign',
            days_between('max(last_date)', 'spine.as_of_date'), 'day', 'level', known=known,
            en='Days since a campaign last addressed the customer', zh='距最近活动天数') }},
        {{ indicator(502008600, 'refusal_streak_count', 'coalesce(max(streak), 0)', 'count',
            'level', known=known, direction='lower_is_better',
            en='Offers refused one after the other, up to the last answer', zh='连续拒绝次数') }},
        spine._version
    from spine
    left join windowed
        on spine.customer_key = windowed.customer_key and spine.as_of_date = windowed.as_of_date
    left join streaks
        on spine.customer_key = streaks.customer_key and spine.as_of_date = streaks.as_of_date
    group by spine.customer_key, spine.as_of_date, spine.has_crm, spine._version
)

select * from final
