-- What the customer is worth: bills, cost of serving, movement. Unknown without an account.
-- Grain: one row per customer_key, as_of_date.
{%- set known = 'has_account' %}
{%- set charges = "('monthly_fee', 'usage', 'roaming', 'device')" %}
{%- set months = 'greatest(30, least(90, account_days)) / 30.0' %}
{%- set cost_90d = 'coalesce(max(cost_yuan_90d), 0)' %}
{%- set cost_365d = 'coalesce(max(cost_yuan_365d), 0)' %}
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

spine as (
    select
        customers.*,
        {{ days_between('customers.account_date', 'customers.as_of_date') }} + 1 as account_days
    from {{ ref('int_customer_snapshot') }} as customers
    inner join stale on customers.as_of_date = stale.day_date
),

owners as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

-- the opening total carried over says what came before, not when: it is in no window
bills as (
    select
        owners.customer_key,
        periods.period_date,
        sum(amount_yuan) as lifetime_yuan,
        sum(case when item_code <> 'lifetime' then amount_yuan else 0 end) as billed_yuan,
        sum(case when item_code in {{ charges }} then amount_yuan else 0 end) as gross_yuan,
        sum(case when item_code in ('usage', 'roaming') then amount_yuan else 0 end) as extra_yuan,
        {% for item in slices_of('charge') %}
            sum(case when item_code = '{{ item }}' then amount_yuan else 0 end) as {{ item }}_yuan,
        {% endfor %}
        sum(case when item_code = 'discount' then -amount_yuan else 0 end) as discount_yuan,
        sum(case when item_code = 'refund' then -amount_yuan else 0 end) as refund_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join {{ ref('int_event_period') }} as periods
        on bill_lines.billed_date = periods.event_date
    inner join owners on bill_lines.account_id = owners.source_id
    group by owners.customer_key, periods.period_date
),

windowed as (
    {{ windowed('bills', ref('int_snapshot_period')) }}
),

costs as (
    select
        held.customer_key,
        held.as_of_date,
        sum(monthly_cost_yuan * {{ days_in_window('started_date', 'ended_date', 90) }})
        * 12 / 365.0 as cost_yuan_90d,
        sum(monthly_cost_yuan * {{ days_in_window('started_date', 'ended_date', 365) }})
        * 12 / 365.0 as cost_yuan_365d
    from {{ ref('int_subscription_snapshot') }} as held
    inner join stale on held.as_of_date = stale.day_date
    group by held.customer_key, held.as_of_date
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ indicator(301001206, 'billed_yuan_30d', sum_within('billed_yuan', 30), 'yuan',
            'additive', known=known, direction='higher_is_better', en='Billed in 30 days',
            zh='近30天出账金额') }},
        {{ indicator(301001209, 'billed_yuan_90d', sum_within('billed_yuan', 90), 'yuan',
            'additive', known=known, direction='higher_is_better', en='Billed in 90 days',
            zh='近90天出账金额') }},
        {{ indicator(301001212, 'billed_yuan_365d', sum_within('billed_yuan', 365), 'yuan',
            'additive', known=known, direction='higher_is_better', en='Billed in 365 days',
            zh='近365天出账金额') }},
        {{ indicator(301001499, 'billed_yuan_lifetime', 'coalesce(sum(lifetime_yuan), 0)', 'yuan',
            'semi_additive', known=known, direction='higher_is_better',
            en='Billed since the first record, opening totals included', zh='累计出账金额') }},
        {{ indicator(301002106, 'billed_growth_share_30d', growth_within('billed_yuan', 30, 90),
            'share', 'ratio', known=known, direction='higher_is_better',
            en='Growth of bills, 30 days against the 60 before', zh='近30天出账环比增幅',
            formula='2 * billed_yuan_30d / (billed_yuan_90d - billed_yuan_30d) - 1') }},
        {{ indicator(301002109, 'billed_growth_share_90d', growth_within('billed_yuan', 90, 180),
            'share', 'ratio', known=known, direction='higher_is_better',
            en='Growth of bills, 90 days against the 90 before', zh='近90天出账环比增幅',
            formula='billed_yuan_90d / billed_before_yuan_90d - 1') }},
        {{ indicator(301003109, 'arpu_yuan_90d',
            sum_within('billed_yuan', 90) ~ ' / (' ~ months ~ ')', 'yuan/month', 'ratio',
            known=known, direction='higher_is_better',
            en='Billed per 30 days as a customer, over 90 days', zh='近90天月均收入(ARPU)',
            formula='billed_yuan_90d / customer_months_90d') }},
        {{ indicator(301005109, 'extra_fee_share_90d',
            share_within('extra_yuan', 'gross_yuan', 90), 'share', 'ratio', known=known,
            en='Share of charges beyond the plan in 90 days', zh='近90天套餐外费用占比',
            formula='extra_yuan_90d / gross_yuan_90d') }},
        {{ indicator(301008112, 'discount_share_365d',
            share_within('discount_yuan', 'gross_yuan', 365), 'share', 'ratio', known=known,
            en='Discounts as a share of charges, 365 days', zh='近365天优惠占比',
            formula='discount_yuan_365d / gross_yuan_365d') }},
        {{ indicator(301009212, 'refund_yuan_365d', sum_within('refund_yuan', 365), 'yuan',
            'additive', known=known, direction='lower_is_better',
            en='Refunds in 365 days, a positive amount', zh='近365天退费金额') }},
        {{ indicator(301010209, 'margin_yuan_90d',
            sum_within('billed_yuan', 90) ~ ' - ' ~ cost_90d, 'yuan', 'additive', known=known,
            direction='higher_is_better', en='Billed less cost of serving, 90 days',
            zh='近90天毛利') }},
        {{ indicator(301010212, 'margin_yuan_365d',
            sum_within('billed_yuan', 365) ~ ' - ' ~ cost_365d, 'yuan', 'additive', known=known,
            direction='higher_is_better', en='Billed less cost of serving, 365 days',
            zh='近365天毛利') }},
        {{ indicator(301011112, 'margin_share_365d',
            '1 - ' ~ cost_365d ~ ' / nullif(' ~ sum_within('billed_yuan', 365) ~ ', 0)', 'share',
            'ratio', known=known, direction='higher_is_better',
            en='Margin as a share of bills, 365 days', zh='近365天毛利率',
            formula='margin_yuan_365d / billed_yuan_365d') }},
        {{ indicator(301004409, 'customer_months_90d', months, 'month', 'semi_additive',
            known=known, en='Months as a customer within 90 days, one at least', zh='近90天在网月数') }},
        {{ indicator(301006209, 'extra_yuan_90d', sum_within('extra_yuan', 90), 'yuan', 'additive',
            known=known, en='Charged beyond the plan in 90 days', zh='近90天套餐外费用') }},
        {{ indicator(301007209, 'gross_yuan_90d', sum_within('gross_yuan', 90), 'yuan', 'additive',
            known=known, en='Charges before discounts, 90 days', zh='近90天优惠前费用') }},
        {{ indicator(301007212, 'gross_yuan_365d', sum_within('gross_yuan', 365), 'yuan',
            'additive', known=known, en='Charges before discounts, 365 days',
            zh='近365天优惠前费用') }},
        {{ indicator(301012212, 'discount_yuan_365d', sum_within('discount_yuan', 365), 'yuan',
            'additive', known=known, en='Discounts in 365 days, a positive amount',
            zh='近365天优惠金额') }},
        {{ indicator(301013209, 'billed_before_yuan_90d', sum_between('billed_yuan', 90, 180),
            'yuan', 'additive', known=known, en='Billed in the 90 days before the last 90',
            zh='前一个90天出账金额') }},
        {{ indicator(301014209, 'cost_yuan_90d', cost_90d, 'yuan', 'additive', known=known,
            en='Cost of serving, 90 days', zh='近90天服务成本') }},
        {{ indicator(301014212, 'cost_yuan_365d', cost_365d, 'yuan', 'additive', known=known,
            en='Cost of serving, 365 days', zh='近365天服务成本') }},
        {{ indicator_slices(301021209, '{slice}_billed_yuan_90d', 'charge',
            sum_within('{slice}_yuan', 90), 'yuan', 'additive', known=known,
            en='Billed for {slice} in 90 days', zh='近90天{slice}出账金额') }}
        spine._version
    from spine
    left join windowed
        on spine.customer_key = windowed.customer_key and spine.as_of_date = windowed.as_of_date
    left join costs
        on spine.customer_key = costs.customer_key and spine.as_of_date = costs.as_of_date
    group by
        spine.customer_key, spine.as_of_date, spine.has_account, spine.account_days, spine._version
)

select * from final
