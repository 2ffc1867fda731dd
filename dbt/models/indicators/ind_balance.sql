-- How much money the customer keeps with us and how it moves. Unknown without a wallet.
-- Grain: one row per customer_key, as_of_date.
{%- set known = 'has_wallet' %}
{%- set last_day_of_span = add_days('to_date', -1) %}
{%- set month_start = "cast(date_trunc('month', stale.day_date) as date)" %}
{%- set last_month_start = add_months(month_start, -1) %}
{%- set last_month_end = add_days(month_start, -1) %}
with

stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

owners as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

-- each balance with the days it stood within the windows: quiet days weigh as much as busy ones
standing as (
    select
        span.customer_key,
        stale.day_date as as_of_date,
        span.balance_yuan,
        coalesce(span.to_date > stale.day_date, true) as is_last,
        {{ days_in_window('from_date', last_day_of_span, 30, 'stale.day_date') }} as days_30d,
        {{ days_in_window('from_date', last_day_of_span, 90, 'stale.day_date') }} as days_90d,
        {{ days_in_both('from_date', last_day_of_span, month_start, 'stale.day_date') }}
            as days_month,
        {{ days_in_both('from_date', last_day_of_span, last_month_start, last_month_end) }}
            as days_last_month
    from {{ ref('int_balance_span') }} as span
    inner join stale
        on
            span.from_date <= stale.day_date
            and span.to_date > {{ add_days('stale.day_date', -90) }}
),

balances as (
    select
        customer_key,
        as_of_date,
        sum(balance_yuan) filter (where is_last) as last_yuan,
        cast(sum(balance_yuan * days_30d) as double) / nullif(sum(days_30d), 0) as mean_30d,
        cast(sum(balance_yuan * days_90d) as double) / nullif(sum(days_90d), 0) as mean_90d,
        cast(sum(balance_yuan * days_month) as double) / nullif(sum(days_month), 0) as mean_month,
        cast(sum(balance_yuan * days_last_month) as double)
        / nullif(sum(days_last_month), 0) as mean_last_month,
        max(balance_yuan) filter (where days_90d > 0) as highest_90d,
        min(balance_yuan) filter (where days_90d > 0) as lowest_90d
    from standing
    group by customer_key, as_of_date
),

flows as (
    select
        owners.customer_key,
        periods.period_date,
        sum(balance_day.inflow_yuan) as inflow_yuan,
        sum(balance_day.outflow_yuan) as outflow_yuan,
        max(balance_day.inflow_yuan) as largest_inflow_yuan,
        max(balance_day.balance_date) filter (
            where balance_day.inflow_yuan > 0 or balance_day.outflow_yuan > 0
        ) as last_date
    from {{ ref('fct_balance_day') }} as balance_day
    inner join {{ ref('int_event_period') }} as periods
        on balance_day.balance_date = periods.event_date
    inner join owners on balance_day.account_id = owners.source_id
    group by owners.customer_key, periods.period_date
),

windowed as (
    {{ windowed('flows', ref('int_snapshot_period')) }}
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ indicator(304001400, 'balance_yuan', 'max(last_yuan)', 'yuan', 'semi_additive',
            known=known, direction='higher_is_better', sensitive=true,
            en='Balance of all wallets at the end of the day', zh='钱包余额') }},
        {{ indicator(304002506, 'balance_mean_yuan_30d', 'max(mean_30d)', 'yuan', 'semi_additive',
            known=known, direction='higher_is_better', sensitive=true,
            en='Mean daily balance over 30 days, days without movement included',
            zh='近30天日均余额') }},
        {{ indicator(304002509, 'balance_mean_yuan_90d', 'max(mean_90d)', 'yuan', 'semi_additive',
            known=known, direction='higher_is_better', sensitive=true,
            en='Mean daily balance over 90 days, days without movement included',
            zh='近90天日均余额') }},
        {{ indicator(304003109, 'balance_growth_share_90d',
            'max(mean_30d) / nullif(max(mean_90d), 0) - 1', 'share', 'ratio', known=known,
            direction='higher_is_better', sensitive=true,
            en='Mean balance of 30 days against that of 90', zh='日均余额30天较90天增幅',
            formula='balance_mean_yuan_30d / balance_mean_yuan_90d - 1') }},
        {{ indicator(304004609, 'balance_min_yuan_90d', 'max(lowest_90d)', 'yuan', 'level',
            known=known, sensitive=true, en='Lowest balance in 90 days', zh='近90天最低余额') }},
        {{ indicator(304006206, 'inflow_yuan_30d', sum_within('inflow_yuan', 30), 'yuan',
            'additive', known=known, sensitive=true, en='Money in, 30 days', zh='近30天流入金额') }},
        {{ indicator(304006209, 'inflow_yuan_90d', sum_within('inflow_yuan', 90), 'yuan',
            'additive', known=known, sensitive=true, en='Money in, 90 days', zh='近90天流入金额') }},
        {{ indicator(304007206, 'outflow_yuan_30d', sum_within('outflow_yuan', 30), 'yuan',
            'additive', known=known, sensitive=true, en='Money out, 30 days', zh='近30天流出金额') }},
        {{ indicator(304007209, 'outflow_yuan_90d', sum_within('outflow_yuan', 90), 'yuan',
            'additive', known=known, sensitive=true, en='Money out, 90 days', zh='近90天流出金额') }},
        {{ indicator(304008609, 'largest_inflow_yuan_90d',
            'coalesce(max(largest_inflow_yuan) filter (where age_days < 90), 0)', 'yuan', 'level',
            known=known, sensitive=true, en='Largest money in on one day, 90 days',
            zh='近90天单日最大流入') }},
        {{ indicator(304009700, 'days_since_movement',
            days_between('max(last_date)', 'spine.as_of_date'), 'day', 'level', known=known,
            en='Days since money last moved', zh='距最近资金变动天数') }},
        {{ indicator(304005609, 'balance_max_yuan_90d', 'max(highest_90d)', 'yuan', 'level',
            known=known, sensitive=true, en='Highest balance in 90 days', zh='近90天最高余额') }},
        {{ indicator(304010500, 'balance_month_mean_yuan', 'max(mean_month)', 'yuan',
            'semi_additive', known=known, direction='higher_is_better', sensitive=true,
            en='Mean daily balance of the calendar month so far', zh='当月日均资产') }},
        {{ indicator(304011500, 'balance_last_month_mean_yuan', 'max(mean_last_month)', 'yuan',
            'semi_additive', known=known, direction='higher_is_better', sensitive=true,
            en='Mean daily balance of the calendar month before', zh='上月日均资产') }},
        spine._version
    from spine
    left join windowed
        on spine.customer_key = windowed.customer_key and spine.as_of_date = windowed.as_of_date
    left join balances
        on spine.customer_key = balances.customer_key and spine.as_of_date = balances.as_of_date
    group by spine.customer_key, spine.as_of_date, spine.has_wallet, spine._version
)

select * from final
