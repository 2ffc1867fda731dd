-- How much the customer calls, writes and transfers. Unknown without an account.
-- Grain: one row per customer_key, as_of_date.
{%- set known = 'has_account' %}
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

snapshot_periods as (
    select periods.*
    from {{ ref('int_snapshot_period') }} as periods
    inner join stale on periods.as_of_date = stale.day_date
    where periods.age_days < 90
),

-- only days that a stale snapshot looks at: the fact is the largest there is
event_periods as (
    select * from {{ ref('int_event_period') }}
    where period_date in (select snapshot_periods.period_date from snapshot_periods)
),

-- days of use are counted per customer, whatever the number of lines used on a day
usage as (
    select
        subscriptions.customer_key,
        event_periods.period_date,
        max(usage_day.usage_date) as last_date,
        count(distinct usage_day.usage_date) as usage_days,
        sum({{ exact('usage_day.call_minutes') }}) as call_minutes,
        sum(usage_day.call_count) as calls,
        sum(usage_day.sms_count) as messages,
        sum({{ exact('usage_day.data_mb') }}) as data_mb,
        sum({{ exact('usage_day.roaming_minutes') }}) as roaming_minutes
    from {{ ref('fct_usage_day') }} as usage_day
    inner join event_periods on usage_day.usage_date = event_periods.event_date
    inner join {{ ref('dim_subscription_history') }} as subscriptions
        on
            usage_day.subscription_id = subscriptions.subscription_id
            and usage_day.usage_date >= subscriptions.valid_from
            and usage_day.usage_date < subscriptions.valid_to
    group by subscriptions.customer_key, event_periods.period_date
),

windowed as (
    select
        usage.*,
        snapshot_periods.as_of_date,
        snapshot_periods.age_days
    from usage
    inner join snapshot_periods on usage.period_date = snapshot_periods.period_date
),

bills as (
    select
        customer_key,
        as_of_date,
        billed_yuan_30d
    from {{ ref('ind_value') }}
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ indicator(302001206, 'call_minutes_30d', sum_within('call_minutes', 30), 'minute',
            'additive', known=known, en='Minutes of calls in 30 days', zh='近30天通话分钟') }},
        {{ indicator(302001209, 'call_minutes_90d', sum_within('call_minutes', 90), 'minute',
            'additive', known=known, en='Minutes of calls in 90 days', zh='近90天通话分钟') }},
        {{ indicator(302002309, 'calls_count_90d', sum_within('calls', 90), 'count', 'additive',
            known=known, en='Calls made in 90 days', zh='近90天通话次数') }},
        {{ indicator(302003306, 'sms_count_30d', sum_within('messages', 30), 'count', 'additive',
            known=known, en='Messages sent in 30 days', zh='近30天短信条数') }},
        {{ indicator(302004206, 'data_mb_30d', sum_within('data_mb', 30), 'megabyte', 'additive',
            known=known, en='Data used in 30 days', zh='近30天流量') }},
        {{ indicator(302004209, 'data_mb_90d', sum_within('data_mb', 90), 'megabyte', 'additive',
            known=known, en='Data used in 90 days', zh='近90天流量') }},
        {{ indicator(302005209, 'roaming_minutes_90d', sum_within('roaming_minutes', 90), 'minute',
            'additive', known=known, en='Minutes of calls while roaming in 90 days',
            zh='近90天漫游分钟') }},
        {{ indicator(302006806, 'usage_days_count_30d', sum_within('usage_days', 30), 'day',
            'distinct', known=known, direction='higher_is_better',
            en='Days with any use in 30 days', zh='近30天使用天数') }},
        {{ indicator(302006809, 'usage_days_count_90d', sum_within('usage_days', 90), 'day',
            'distinct', known=known, direction='higher_is_better',
            en='Days with any use in 90 days', zh='近90天使用天数') }},
        {{ indicator(302007109, 'minutes_per_call_90d', share_within('call_minutes', 'calls', 90),
            'minute/count', 'ratio', known=known, en='Minutes a call lasts, 90 days',
            zh='近90天次均通话分钟',
            formula='call_minutes_90d / calls_count_90d') }},
        {{ indicator(302008106, 'call_minutes_growth_share_30d',
            growth_within('call_minutes', 30, 90), 'share', 'ratio', known=known,
            direction='higher_is_better',
            en='Growth of call minutes, 30 days against the 60 before', zh='近30天通话环比增幅',
            formula='2 * call_minutes_30d / (call_minutes_90d - call_minutes_30d) - 1') }},
        {{ indicator(302009106, 'data_growth_share_30d', growth_within('data_mb', 30, 90), 'share',
            'ratio', known=known, direction='higher_is_better',
            en='Growth of data, 30 days against the 60 before', zh='近30天流量环比增幅',
            formula='2 * data_mb_30d / (data_mb_90d - data_mb_30d) - 1') }},
        {{ indicator(302010109, 'roaming_share_90d',
            share_within('roaming_minutes', 'call_minutes', 90), 'share', 'ratio', known=known,
            en='Share of call minutes while roaming, 90 days', zh='近90天漫游占比',
            formula='roaming_minutes_90d / call_minutes_90d') }},
        {{ indicator(302011709, 'days_since_usage_90d',
            'least(90, coalesce(' ~ days_between('max(last_date)', 'spine.as_of_date') ~ ', 90))',
            'day', 'level', known=known, direction='lower_is_better',
            en='Days since the last use; 90 when there was none in 90 days',
            zh='距最近使用天数(90天封顶)') }},
        {{ indicator(302012106, 'fee_per_minute_30d',
            'max(billed_yuan_30d) / nullif(' ~ sum_within('call_minutes', 30) ~ ', 0)',
            'yuan/minute', 'ratio', known=known, en='Billed per minute of calls, 30 days',
            zh='近30天每分钟话费',
            formula='billed_yuan_30d / call_minutes_30d') }},
        {{ indicator(302001202, 'call_minutes_7d', sum_within('call_minutes', 7), 'minute',
            'additive', known=known, en='Minutes of calls in 7 days', zh='近7天通话分钟') }},
        {{ indicator(302002306, 'calls_count_30d', sum_within('calls', 30), 'count', 'additive',
            known=known, en='Calls made in 30 days', zh='近30天通话次数') }},
        {{ indicator(302003309, 'sms_count_90d', sum_within('messages', 90), 'count', 'additive',
            known=known, en='Messages sent in 90 days', zh='近90天短信条数') }},
        {{ indicator(302004202, 'data_mb_7d', sum_within('data_mb', 7), 'megabyte', 'additive',
            known=known, en='Data used in 7 days', zh='近7天流量') }},
        {{ indicator(302013106, 'stickiness_share_30d', sum_within('usage_days', 30) ~ ' / 30.0',
            'share', 'ratio', known=known, direction='higher_is_better',
            en='Share of 30 days with any use', zh='近30天粘性(使用天数占比)') }},
        spine._version
    from spine
    left join windowed
        on spine.customer_key = windowed.customer_key and spine.as_of_date = windowed.as_of_date
    left join bills
        on spine.customer_key = bills.customer_key and spine.as_of_date = bills.as_of_date
    group by spine.customer_key, spine.as_of_date, spine.has_account, spine._version
)

select * from final
