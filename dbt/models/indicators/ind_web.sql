-- What the customer looks at and orders on web and app. Views are unknown until a login tells
-- who the visitor is; logins and orders name an account.
-- Grain: one row per customer_key, as_of_date.
{%- set seen = 'has_web' %}
{%- set billed = 'has_account' %}
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

-- a login tells who did the views before it, but a snapshot before the login must not know
visits as (
    select
        visitors.customer_key,
        visitors.linked_date,
        periods.period_date,
        max(web_day.view_date) as last_date,
        sum(web_day.page_views) as page_views,
        sum(web_day.sessions) as sessions,
        sum(web_day.product_views) as product_views,
        sum(web_day.cart_views) as cart_views,
        sum(web_day.cancel_views) as cancel_views,
        sum(web_day.help_views) as help_views,
        sum(web_day.app_page_views) as app_views,
        sum(web_day.censored_views) as last_pages,
        sum({{ exact('coalesce(web_day.dwell_minutes, 0)') }}) as dwell_minutes
    from {{ ref('fct_web_day') }} as web_day
    inner join {{ ref('int_event_period') }} as periods on web_day.view_date = periods.event_date
    inner join {{ ref('map_visitor') }} as visitors on web_day.visitor_id = visitors.visitor_id
    group by visitors.customer_key, visitors.linked_date, periods.period_date
),

windowed as (
    {{ windowed('visits', ref('int_snapshot_period'),
        known='visits.linked_date <= periods.as_of_date') }}
),

dealings as (
    select * from {{ ref('int_web_dealing') }}
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ indicator(401001306, 'page_views_count_30d', sum_within('page_views', 30), 'count',
            'additive', known=seen, direction='higher_is_better', en='Pages viewed in 30 days',
            zh='近30天页面浏览数') }},
        {{ indicator(401001309, 'page_views_count_90d', sum_within('page_views', 90), 'count',
            'additive', known=seen, direction='higher_is_better', en='Pages viewed in 90 days',
            zh='近90天页面浏览数') }},
        {{ indicator(401002306, 'sessions_count_30d', sum_within('sessions', 30), 'count',
            'additive', known=seen, direction='higher_is_better', en='Visits in 30 days',
            zh='近30天访问次数') }},
        {{ indicator(401002309, 'sessions_count_90d', sum_within('sessions', 90), 'count',
            'additive', known=seen, direction='higher_is_better', en='Visits in 90 days',
            zh='近90天访问次数') }},
        {{ indicator(401003306, 'product_views_count_30d', sum_within('product_views', 30),
            'count', 'additive', known=seen, en='Product pages viewed in 30 days',
            zh='近30天产品页浏览数') }},
        {{ indicator(401003309, 'product_views_count_90d', sum_within('product_views', 90),
            'count', 'additive', known=seen, en='Product pages viewed in 90 days',
            zh='近90天产品页浏览数') }},
        {{ indicator(401004309, 'cart_views_count_90d', sum_within('cart_views', 90), 'count',
            'additive', known=seen, en='Cart pages viewed in 90 days', zh='近90天购物车页浏览数') }},
        {{ indicator(401005306, 'cancel_views_count_30d', sum_within('cancel_views', 30), 'count',
            'additive', known=seen, direction='lower_is_better',
            en='Cancellation pages viewed in 30 days', zh='近30天退订页浏览数') }},
        {{ indicator(401005309, 'cancel_views_count_90d', sum_within('cancel_views', 90), 'count',
            'additive', known=seen, direction='lower_is_better',
            en='Cancellation pages viewed in 90 days', zh='近90天退订页浏览数') }},
        {{ indicator(401006309, 'help_views_count_90d', sum_within('help_views', 90), 'count',
            'additive', known=seen, en='Help pages viewed in 90 days', zh='近90天帮助页浏览数') }},
        {{ indicator(401007209, 'dwell_minutes_90d', sum_within('dwell_minutes', 90), 'minute',
            'additive', known=seen, en='Minutes on pages, last pages of visits left out, 90 days',
            zh='近90天停留分钟(不含末页)') }},
        {{ indicator(401008109, 'page_views_per_session_90d',
            share_within('page_views', 'sessions', 90), 'count/count', 'ratio', known=seen,
            en='Pages a visit, 90 days', zh='近90天次均浏览页数',
            formula='page_views_count_90d / sessions_count_90d') }},
        {{ indicator(401010109, 'app_view_share_90d', share_within('app_views', 'page_views', 90),
            'share', 'ratio', known=seen, en='Share of pages viewed in the app, 90 days',
            zh='近90天客户端占比',
            formula='app_views_count_90d / page_views_count_90d') }},
        {{ indicator(401012106, 'page_views_growth_share_30d', growth_within('page_views', 30, 90),
            'share', 'ratio', known=seen, direction='higher_is_better',
            en='Growth of page views, 30 days against the 60 before', zh='近30天浏览环比增幅',
            formula='2 * page_views_count_30d / (page_views_count_90d - page_views_count_30d) - 1') }},
        {{ indicator(401013700, 'days_since_page_view',
            days_between('max(windowed.last_date)', 'spine.as_of_date'), 'day', 'level',
            known=seen, direction='lower_is_better', en='Days since the last page view',
            zh='距最近浏览天数') }},
        {{ indicator(401014306, 'logins_count_30d', 'coalesce(max(logins_30d), 0)', 'count',
            'additive', known=billed, direction='higher_is_better', en='Logins in 30 days',
            zh='近30天登录次数') }},
        {{ indicator(401015309, 'orders_count_90d', 'coalesce(max(orders_90d), 0)', 'count',
            'additive', known=billed, direction='higher_is_better',
            en='Orders paid for in 90 days, later returned or not', zh='近90天网上订单数') }},
        {{ indicator(401016212, 'order_yuan_365d', 'coalesce(max(order_yuan_365d), 0)', 'yuan',
            'additive', known=billed, direction='higher_is_better',
            en='Value of orders paid for in 365 days', zh='近365天网上订单金额') }},
        {{ indicator(401018700, 'days_since_order',
            days_between('max(last_order_date)', 'spine.as_of_date'), 'day', 'level', known=billed,
            direction='lower_is_better', en='Days since the last order', zh='距最近网上订单天数') }},
        {{ indicator(401009309, 'app_views_count_90d', sum_within('app_views', 90), 'count',
            'additive', known=seen, en='Pages viewed in the app in 90 days',
            zh='近90天客户端浏览数') }},
        {{ indicator(401011309, 'last_pages_count_90d', sum_within('last_pages', 90), 'count',
            'additive', known=seen, en='Last pages of visits, read for an unknown time, 90 days',
            zh='近90天访问末页数') }},
        {{ indicator(401014309, 'logins_count_90d', 'coalesce(max(logins_90d), 0)', 'count',
            'additive', known=billed, direction='higher_is_better', en='Logins in 90 days',
            zh='近90天登录次数') }},
        {{ indicator(401015312, 'orders_count_365d', 'coalesce(max(orders_365d), 0)', 'count',
            'additive', known=billed, direction='higher_is_better',
            en='Orders paid for in 365 days, later returned or not', zh='近365天网上订单数') }},
        {{ indicator(401017312, 'returned_orders_count_365d', 'coalesce(max(returned_365d), 0)',
            'count', 'additive', known=billed, direction='lower_is_better',
            en='Orders returned, of those of 365 days', zh='近365天退货订单数') }},
        spine._version
    from spine
    left join windowed
        on spine.customer_key = windowed.customer_key and spine.as_of_date = windowed.as_of_date
    left join dealings
        on spine.customer_key = dealings.customer_key and spine.as_of_date = dealings.as_of_date
    group by
        spine.customer_key, spine.as_of_date, spine.has_web, spine.has_account, spine._version
)

select * from final
