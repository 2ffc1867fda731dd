-- How much more often customers withdraw their consent after a marketing contact that is not the
-- first within a week: the share per contact by how many came before, and its ratio to that after a
-- contact without any before. Interval of a ratio by the logarithm (Katz and others 1978,
-- Biometrics 34, 469-474); without withdrawals there is no logarithm and no interval.
-- Grain: one row per earlier_contacts_count_7d.
{%- set most_told_apart = 3 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

bands as (
    select
        least(earlier_contacts_count_7d, {{ most_told_apart }}) as earlier_contacts_count_7d,
        count(distinct customer_key) as customers_count,
        count(*) as contacts_count,
        count(*) filter (where is_withdrawn) as withdrawals_count
    from {{ ref('int_marketing_contact') }}
    group by least(earlier_contacts_count_7d, {{ most_told_apart }})
),

shares as (
    select
        *,
        cast(withdrawals_count as double) / contacts_count as withdrawal_share
    from bands
    where customers_count >= {{ smallest_group() }}
),

compared as (
    select
        shares.*,
        shares.withdrawal_share / nullif(alone.withdrawal_share, 0) as hazard_ratio,
        sqrt(
            1e0 / nullif(shares.withdrawals_count, 0) - 1e0 / shares.contacts_count
            + 1e0 / nullif(alone.withdrawals_count, 0) - 1e0 / alone.contacts_count
        ) as log_error
    from shares
    left join shares as alone
        on alone.earlier_contacts_count_7d = 0 and shares.earlier_contacts_count_7d > 0
),

final as (
    select
        compared.earlier_contacts_count_7d,
        compared.customers_count,
        compared.contacts_count,
        compared.withdrawals_count,
        round(compared.withdrawal_share, 6) as withdrawal_share,
        round(greatest(0, {{ wilson_low('withdrawals_count', 'contacts_count') }}), 6)
            as withdrawal_ci_low_share,
        round({{ wilson_high('withdrawals_count', 'contacts_count') }}, 6)
            as withdrawal_ci_high_share,
        round(compared.hazard_ratio, 6) as hazard_ratio,
        round(compared.hazard_ratio * exp(-{{ z_95() }} * compared.log_error), 6)
            as hazard_ratio_ci_low,
        round(compared.hazard_ratio * exp({{ z_95() }} * compared.log_error), 6)
            as hazard_ratio_ci_high,
        run_context.as_of_date
    from compared
    cross join run_context
)

select * from final
