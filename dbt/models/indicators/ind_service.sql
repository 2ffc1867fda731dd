-- What the customer holds and for how long. BOSS registers every service, so no account is no
-- service: counts and flags are zero, never unknown.
-- Grain: one row per customer_key, as_of_date.
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

subscriptions as (
    select
        held.*,
        {{ days_between('held.started_date', 'held.as_of_date') }} as started_ago,
        {{ days_between('held.ended_date', 'held.as_of_date') }} as ended_ago,
        {{ days_between(
            'held.as_of_date',
            add_months('held.started_date', 'held.contract_months')
        ) }} as contract_days_left
    from {{ ref('int_subscription_snapshot') }} as held
    inner join stale on held.as_of_date = stale.day_date
),

family_fees as (
    select
        customer_key,
        as_of_date,
        family_code,
        sum(monthly_fee_yuan) as fee_yuan
    from subscriptions
    where is_active and monthly_fee_yuan > 0
    group by customer_key, as_of_date, family_code
),

focus as (
    select
        customer_key,
        as_of_date,
        {{ herfindahl('fee_yuan') }} as fee_focus
    from family_fees
    group by customer_key, as_of_date
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ indicator(201001000, 'is_active',
            'coalesce(max(case when is_active then 1 else 0 end), 0)', 'flag', 'flag',
            direction='higher_is_better', en='Holds at least one service', zh='是否在网') }},
        {{ indicator(201002400, 'active_services_count', 'count(*) filter (where is_active)',
            'count', 'semi_additive', direction='higher_is_better', en='Services in force',
            zh='在用服务数') }},
        {{ indicator(201003800, 'active_families_count',
            'count(distinct case when is_active then family_code end)', 'count', 'distinct',
            direction='higher_is_better', en='Product families held', zh='在用产品族数') }},
        {{ indicator_slices(201010000, 'holds_{slice}', 'family',
            "coalesce(max(case when is_active and family_code = '{slice}' then 1 else 0 end), 0)",
            'flag', 'flag', en='Holds {slice}', zh='是否在用{slice}') }}
        {{ indicator(201030400, 'monthly_fee_yuan',
            'coalesce(sum(monthly_fee_yuan) filter (where is_active), 0)', 'yuan', 'semi_additive',
            direction='higher_is_better', en='Agreed fees a month', zh='月费合计') }},
        {{ indicator(201031400, 'monthly_margin_yuan',
            'coalesce(sum(monthly_fee_yuan - monthly_cost_yuan) filter (where is_active), 0)',
            'yuan', 'semi_additive', direction='higher_is_better',
            en='Agreed fees less cost of serving, a month', zh='月毛利合计') }},
        {{ indicator(201032100, 'fee_focus_share', 'max(fee_focus)', 'share', 'ratio',
            en='Concentration of fees on product families (Herfindahl), 1 is a single family',
            zh='月费聚焦度') }},
        {{ indicator(201033100, 'month_to_month_share',
            'cast(count(*) filter (where is_active and contract_months <= 1) as double) / nullif(count(*) filter (where is_active), 0)',
            'share', 'ratio', direction='lower_is_better',
            en='Share of services without a minimum term', zh='无合约服务占比',
            formula='month_to_month_services_count / active_services_count') }},
        {{ indicator(201034700, 'days_to_contract_end',
            'min(contract_days_left) filter (where is_active and contract_months > 1)', 'day',
            'level', en='Days to the end of the minimum term that ends first, negative when past',
            zh='距最近合约到期天数') }},
        {{ indicator(201035700, 'tenure_days', 'max(started_ago)', 'day', 'level',
            direction='higher_is_better', en='Days since the first service began', zh='在网天数') }},
        {{ indicator(201036700, 'days_since_start', 'min(started_ago)', 'day', 'level',
            en='Days since the last service began', zh='距最近开通天数') }},
        {{ indicator(201037700, 'days_since_end', 'min(ended_ago)', 'day', 'level',
            en='Days since the last service ended', zh='距最近终止天数') }},
        {{ indicator(201038309, 'started_services_count_90d',
            'count(*) filter (where started_ago < 90)', 'count', 'additive',
            direction='higher_is_better', en='Services begun in 90 days', zh='近90天开通服务数') }},
        {{ indicator(201039309, 'ended_services_count_90d',
            'count(*) filter (where ended_ago < 90)', 'count', 'additive',
            direction='lower_is_better', en='Services ended in 90 days', zh='近90天终止服务数') }},
        {{ indicator(201039312, 'ended_services_count_365d',
            'count(*) filter (where ended_ago < 365)', 'count', 'additive',
            direction='lower_is_better', en='Services ended in 365 days', zh='近365天终止服务数') }},
        {{ indicator(201038312, 'started_services_count_365d',
            'count(*) filter (where started_ago < 365)', 'count', 'additive',
            direction='higher_is_better', en='Services begun in 365 days', zh='近365天开通服务数') }},
        {{ indicator(201040400, 'month_to_month_services_count',
            'count(*) filter (where is_active and contract_months <= 1)', 'count', 'semi_additive',
            direction='lower_is_better', en='Services without a minimum term', zh='无合约服务数') }},
        spine._version
    from spine
    left join subscriptions
        on
            spine.customer_key = subscriptions.customer_key
            and spine.as_of_date = subscriptions.as_of_date
    left join focus
        on spine.customer_key = focus.customer_key and spine.as_of_date = focus.as_of_date
    group by spine.customer_key, spine.as_of_date, spine._version
)

select * from final
