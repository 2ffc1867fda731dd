-- What every billing account is charged, pays, owes, holds and keeps: the accounts of one customer
-- told apart. An account has a row from the day it was known, closed or not.
-- Grain: one row per account_id, as_of_date.
{{ config(unique_key=['account_id', 'as_of_date'], meta={'grain': 'account'}) }}
{%- set is_wallet = "account_type_code = 'wallet'" %}
with

stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

spine as (
    select
        records.source_id as account_id,
        stale.day_date as as_of_date,
        stale.version as _version,
        history.account_type_code,
        {{ days_between('history.opened_date', 'stale.day_date') }} as opened_ago,
        case when history.closed_date <= stale.day_date then 0 else 1 end as is_open
    from {{ ref('int_customer_xref') }} as records
    inner join stale on records.first_known_date <= stale.day_date
    left join {{ ref('dim_account_history') }} as history
        on
            records.source_id = history.account_id
            and stale.day_date >= history.valid_from
            and stale.day_date < history.valid_to
    where records.source_name = 'boss' and records.entity = 'account'
),

money as (
    select * from {{ ref('int_account_period') }}
),

windowed as (
    {{ windowed('money', ref('int_snapshot_period')) }}
),

movements as (
    select
        account_id,
        as_of_date,
        {% for days in (30, 90, 365) %}
            {{ sum_within('billed_yuan', days) }} as billed_yuan_{{ days }}d,
            {{ sum_within('paid_yuan', days) }} as paid_yuan_{{ days }}d,
        {% endfor %}
        {{ days_between('max(last_date)', 'as_of_date') }} as paid_ago
    from windowed
    group by account_id, as_of_date
),

arrears as (
    select
        bills.account_id,
        bills.as_of_date,
        {{ punctuality('bills') }},
        max(bills.due_ago) filter (where not bills.is_settled) as open_days
    from {{ ref('int_bill_snapshot') }} as bills
    inner join stale on bills.as_of_date = stale.day_date
    group by bills.account_id, bills.as_of_date
),

services as (
    select
        held.account_id,
        held.as_of_date,
        count(*) as services,
        sum(held.monthly_fee_yuan) as fee_yuan
    from {{ ref('int_subscription_snapshot') }} as held
    inner join stale on held.as_of_date = stale.day_date
    where held.is_active
    group by held.account_id, held.as_of_date
),

balances as (
    {{ stale_snapshots(ref('int_account_balance')) }}
),

final as (
    select
        spine.account_id,
        spine.as_of_date,
        {% for days, code in {30: 6, 90: 9, 365: 12}.items() %}
            {{ indicator(601001200 + code, 'account_billed_yuan_' ~ days ~ 'd',
                'coalesce(billed_yuan_' ~ days ~ 'd, 0)', 'yuan', 'additive',
                direction='higher_is_better', en='Billed to the account in ' ~ days ~ ' days',
                zh='账户近' ~ days ~ '天出账金额') }},
            {{ indicator(601002200 + code, 'account_paid_yuan_' ~ days ~ 'd',
                'coalesce(paid_yuan_' ~ days ~ 'd, 0)', 'yuan', 'additive',
                direction='higher_is_better', en='Paid by the account in ' ~ days ~ ' days',
                zh='账户近' ~ days ~ '天缴费金额') }},
        {% endfor %}
        {{ indicator(601003700, 'account_days_since_payment', 'paid_ago', 'day', 'level',
            direction='lower_is_better', en='Days since the account last paid',
            zh='账户距最近缴费天数') }},
        {{ indicator(601004400, 'account_overdue_yuan', 'coalesce(open_yuan, 0)', 'yuan',
            'semi_additive', direction='lower_is_better',
            en='Arrears: bills past due and not settled', zh='账户欠费金额') }},
        {{ indicator(601005400, 'account_overdue_bills_count', 'coalesce(open_bills, 0)', 'count',
            'semi_additive', direction='lower_is_better', en='Bills past due and not settled',
            zh='账户逾期账单数') }},
        {{ indicator(601006700, 'account_overdue_days', 'coalesce(open_days, 0)', 'day', 'level',
            direction='lower_is_better', en='Days the oldest open bill is past due, 0 without one',
            zh='账户逾期天数') }},
        {{ indicator(601007312, 'account_due_bills_count_365d', 'coalesce(bills_365d, 0)', 'count',
            'additive', en='Bills of the account that fell due in 365 days',
            zh='账户近365天到期账单数') }},
        {{ indicator(601008312, 'account_on_time_bills_count_365d', 'coalesce(on_time_365d, 0)',
            'count', 'additive', direction='higher_is_better',
            en='Bills of the account settled by their due day, 365 days',
            zh='账户近365天按时缴费账单数') }},
        {{ indicator(601009212, 'account_late_days_365d', 'coalesce(late_days_365d, 0)', 'day',
            'additive', direction='lower_is_better',
            en='Days late, all due bills of the account in 365 days together',
            zh='账户近365天累计逾期天数') }},
        {{ indicator(601010400, 'account_balance_yuan', 'last_yuan', 'yuan', 'semi_additive',
            known=is_wallet, direction='higher_is_better', sensitive=true,
            en='Balance at the end of the day', zh='账户余额') }},
        {{ indicator(601011506, 'account_balance_mean_yuan_30d', 'mean_yuan_30d', 'yuan',
            'semi_additive', known=is_wallet, direction='higher_is_better', sensitive=true,
            en='Mean daily balance of the account, 30 days', zh='账户近30天日均余额') }},
        {{ indicator(601011509, 'account_balance_mean_yuan_90d', 'mean_yuan_90d', 'yuan',
            'semi_additive', known=is_wallet, direction='higher_is_better', sensitive=true,
            en='Mean daily balance of the account, 90 days', zh='账户近90天日均余额') }},
        {{ indicator(601012400, 'account_services_count', 'coalesce(services, 0)', 'count',
            'semi_additive', direction='higher_is_better', en='Services in force on the account',
            zh='账户在用服务数') }},
        {{ indicator(601013400, 'account_monthly_fee_yuan', 'coalesce(fee_yuan, 0)', 'yuan',
            'semi_additive', direction='higher_is_better',
            en='Agreed fees of the account a month', zh='账户月费合计') }},
        {{ indicator(601014700, 'account_tenure_days', 'opened_ago', 'day', 'level',
            direction='higher_is_better', en='Days since the account was opened',
            zh='账户开户天数') }},
        {{ indicator(601015000, 'is_open_account', 'is_open', 'flag', 'flag',
            direction='higher_is_better', en='Account is not closed', zh='账户是否未销户') }},
        spine._version
    from spine
    {% for part in ('movements', 'arrears', 'services', 'balances') %}
        left join {{ part }}
            on
                spine.account_id = {{ part }}.account_id
                and spine.as_of_date = {{ part }}.as_of_date
    {% endfor %}
)

select * from final
