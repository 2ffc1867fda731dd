-- What is made of other indicators of an account. Grain: one row per account_id, as_of_date.
{{ config(unique_key=['account_id', 'as_of_date'], meta={'grain': 'account'}) }}
with

stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

spine as (
    {{ stale_snapshots(ref('ind_account')) }}
),

final as (
    select
        spine.account_id,
        spine.as_of_date,
        {{ composite(802001109, 'account_billed_yuan_per_service_90d',
            'account_billed_yuan_90d / account_services_count', direction='higher_is_better',
            en='Billed per service in force on the account, 90 days',
            zh='账户近90天每项在用服务出账金额') }},
        {{ composite(802002112, 'account_paid_per_billed_yuan_365d',
            'account_paid_yuan_365d / account_billed_yuan_365d', direction='higher_is_better',
            en='Paid against billed, 365 days', zh='账户近365天缴费出账比') }},
        {{ composite(802003212, 'account_unpaid_yuan_365d',
            'account_billed_yuan_365d - account_paid_yuan_365d', direction='lower_is_better',
            en='Billed to the account less paid, 365 days', zh='账户近365天未缴金额') }},
        {{ composite(802004112, 'account_on_time_payment_share_365d',
            'account_on_time_bills_count_365d / account_due_bills_count_365d', unit='share',
            direction='higher_is_better', en='Share of due bills settled by their due day, 365 days',
            zh='账户近365天按时缴费占比') }},
        {{ composite(802005112, 'account_late_days_per_bill_365d',
            'account_late_days_365d / account_due_bills_count_365d', direction='lower_is_better',
            en='Mean days late per due bill of the account, 365 days',
            zh='账户近365天平均逾期天数') }},
        {{ composite(802006100, 'account_overdue_yuan_per_fee_yuan',
            'account_overdue_yuan / account_monthly_fee_yuan', direction='lower_is_better',
            en='Arrears in monthly fees', zh='账户欠费月数') }},
        spine._version
    from spine
)

select * from final
