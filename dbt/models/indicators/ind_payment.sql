-- How the customer pays: method, punctuality, amounts. Unknown without an account.
-- Grain: one row per customer_key, as_of_date.
{%- set known = 'has_account' %}
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

owners as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

payments as (
    select
        owners.customer_key,
        periods.period_date,
        max(paid_date) as last_date,
        count(*) as payments,
        sum(amount_yuan) as paid_yuan,
        sum(case when bill_id is null then amount_yuan else 0 end) as top_up_yuan,
        sum(case when method_code in ('auto_bank', 'auto_card') then amount_yuan else 0 end)
            as automatic_yuan
    from {{ ref('fct_payment') }} as paid
    inner join {{ ref('int_event_period') }} as periods on paid.paid_date = periods.event_date
    inner join owners on paid.account_id = owners.source_id
    group by owners.customer_key, periods.period_date
),

windowed as (
    {{ windowed('payments', ref('int_snapshot_period')) }}
),

punctuality as (
    select
        bills.customer_key,
        bills.as_of_date,
        {{ punctuality('bills') }}
    from {{ ref('int_bill_snapshot') }} as bills
    inner join stale on bills.as_of_date = stale.day_date
    group by bills.customer_key, bills.as_of_date
),

methods as (
    select
        open_accounts.customer_key,
        open_accounts.as_of_date,
        max(case when payment_method_code like 'auto%' then 1 else 0 end) as is_auto_pay,
        max(case when payment_method_code = 'e_check' then 1 else 0 end) as is_e_check,
        max(case when is_paperless then 1 else 0 end) as is_paperless
    from {{ ref('int_account_snapshot') }} as open_accounts
    inner join stale on open_accounts.as_of_date = stale.day_date
    group by open_accounts.customer_key, open_accounts.as_of_date
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ indicator(303001312, 'payments_count_365d', sum_within('payments', 365), 'count',
            'additive', known=known, en='Payments in 365 days', zh='近365天缴费次数') }},
        {{ indicator(303002209, 'paid_yuan_90d', sum_within('paid_yuan', 90), 'yuan', 'additive',
            known=known, direction='higher_is_better', en='Paid in 90 days', zh='近90天缴费金额') }},
        {{ indicator(303002212, 'paid_yuan_365d', sum_within('paid_yuan', 365), 'yuan', 'additive',
            known=known, direction='higher_is_better', en='Paid in 365 days', zh='近365天缴费金额') }},
        {{ indicator(303004209, 'top_up_yuan_90d', sum_within('top_up_yuan', 90), 'yuan',
            'additive', known=known, en='Topped up without a bill in 90 days', zh='近90天充值金额') }},
        {{ indicator(303005112, 'auto_payment_share_365d',
            share_within('automatic_yuan', 'paid_yuan', 365), 'share', 'ratio', known=known,
            direction='higher_is_better', en='Share paid automatically, 365 days',
            zh='近365天自动缴费占比',
            formula='auto_paid_yuan_365d / paid_yuan_365d') }},
        {{ indicator(303007700, 'days_since_payment',
            days_between('max(last_date)', 'spine.as_of_date'), 'day', 'level', known=known,
            direction='lower_is_better', en='Days since the last payment', zh='距最近缴费天数') }},
        {{ indicator(303008312, 'due_bills_count_365d', 'coalesce(max(bills_365d), 0)', 'count',
            'additive', known=known, en='Bills that fell due in 365 days', zh='近365天到期账单数') }},
        {{ indicator(303009112, 'on_time_payment_share_365d',
            'cast(max(on_time_365d) as double) / nullif(max(bills_365d), 0)', 'share', 'ratio',
            known=known, direction='higher_is_better',
            en='Share of due bills settled by their due day, 365 days', zh='近365天按时缴费占比',
            formula='on_time_bills_count_365d / due_bills_count_365d') }},
        {{ indicator(303010112, 'late_days_per_bill_365d',
            'cast(max(late_days_365d) as double) / nullif(max(bills_365d), 0)', 'day/count',
            'ratio', known=known, direction='lower_is_better',
            en='Mean days late per due bill, 365 days', zh='近365天平均逾期天数',
            formula='late_days_365d / due_bills_count_365d') }},
        {{ indicator(303012400, 'overdue_bills_count', 'coalesce(max(open_bills), 0)', 'count',
            'semi_additive', known=known, direction='lower_is_better',
            en='Bills past due and not settled', zh='逾期账单数') }},
        {{ indicator(303013400, 'overdue_yuan', 'coalesce(max(open_yuan), 0)', 'yuan',
            'semi_additive', known=known, direction='lower_is_better',
            en='Amount of bills past due and not settled', zh='逾期金额') }},
        {{ indicator(303014000, 'is_auto_pay', 'max(is_auto_pay)', 'flag', 'flag', known=known,
            direction='higher_is_better', en='Pays automatically; unknown without an open account',
            zh='是否自动缴费') }},
        {{ indicator(303015000, 'is_e_check', 'max(is_e_check)', 'flag', 'flag', known=known,
            en='Pays by electronic check; unknown without an open account', zh='是否电子支票缴费') }},
        {{ indicator(303016000, 'is_paperless', 'max(is_paperless)', 'flag', 'flag', known=known,
            en='Gets bills electronically; unknown without an open account', zh='是否电子账单') }},
        {{ indicator(303006212, 'auto_paid_yuan_365d', sum_within('automatic_yuan', 365), 'yuan',
            'additive', known=known, en='Paid automatically in 365 days',
            zh='近365天自动缴费金额') }},
        {{ indicator(303011312, 'on_time_bills_count_365d', 'coalesce(max(on_time_365d), 0)',
            'count', 'additive', known=known, direction='higher_is_better',
            en='Due bills settled by their due day, 365 days', zh='近365天按时缴费账单数') }},
        {{ indicator(303017212, 'late_days_365d', 'coalesce(max(late_days_365d), 0)', 'day',
            'additive', known=known, direction='lower_is_better',
            en='Days late, all due bills of 365 days together', zh='近365天累计逾期天数') }},
        spine._version
    from spine
    left join windowed
        on spine.customer_key = windowed.customer_key and spine.as_of_date = windowed.as_of_date
    left join punctuality
        on
            spine.customer_key = punctuality.customer_key
            and spine.as_of_date = punctuality.as_of_date
    left join methods
        on spine.customer_key = methods.customer_key and spine.as_of_date = methods.as_of_date
    group by spine.customer_key, spine.as_of_date, spine.has_account, spine._version
)

select * from final
