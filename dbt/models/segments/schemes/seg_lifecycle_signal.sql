-- The stage of life that a snapshot by itself speaks for; the first rule that holds decides, and is
-- kept as reason. Silence counts as an exit only where no contract runs: who is bound and silent is
-- still bound. Which stage may follow which is decided in seg_lifecycle.
-- Grain: one row per customer_key, as_of_date.
{%- set new_days = 90 %}
{%- set silent_days = 90 %}
{#- 90 days hold two to four monthly bills: a fall of a third or a rise of a half is no trend -#}
{%- set bill_fall = 0.4 %}
{%- set bill_rise = 0.6 %}
{%- set trend_days = 180 %}
{%- set usage_trend = 0.4 %}
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

recorded as (
    select min(event_date) as first_bill_date
    from {{ source('audit', 'event_days') }}
    where source_name = 'boss' and table_name = 'bills'
),

-- before bills are on record for both windows of the trend, the earlier one is cut short
signals as (
    select
        service.customer_key,
        service.as_of_date,
        service.is_active,
        service.tenure_days,
        service.month_to_month_share,
        service.started_services_count_90d - service.ended_services_count_90d as services_change,
        case
            when
                {{ days_between('recorded.first_bill_date', 'service.as_of_date') }}
                >= {{ trend_days }} - 1
                then value_of.billed_growth_share_90d
        end as bill_growth,
        greatest(
            usage_of.call_minutes_growth_share_30d, usage_of.data_growth_share_30d
        ) as usage_growth,
        usage_of.days_since_usage_90d,
        coalesce(payment.days_since_payment, {{ silent_days }}) as days_since_payment,
        service._version
    from ({{ stale_snapshots(ref('ind_service')) }}) as service
    inner join {{ ref('ind_value') }} as value_of
        on service.customer_key = value_of.customer_key and service.as_of_date = value_of.as_of_date
    inner join {{ ref('ind_usage') }} as usage_of
        on service.customer_key = usage_of.customer_key and service.as_of_date = usage_of.as_of_date
    inner join {{ ref('ind_payment') }} as payment
        on service.customer_key = payment.customer_key and service.as_of_date = payment.as_of_date
    cross join recorded
),

ruled as (
    select
        *,
        case
            when tenure_days is null then 'no_service_yet'
            when is_active = 0 then 'all_services_ended'
            when
                month_to_month_share = 1
                and days_since_usage_90d >= {{ silent_days }}
                and days_since_payment >= {{ silent_days }}
                then 'silent_without_contract'
            when tenure_days < {{ new_days }} then 'new_customer'
            when services_change < 0 then 'gave_up_services'
            when bill_growth <= -{{ bill_fall }} then 'bills_fall'
            when usage_growth <= -{{ usage_trend }} then 'usage_falls'
            when services_change > 0 then 'took_services'
            when bill_growth >= {{ bill_rise }} then 'bills_grow'
            else 'steady'
        end as rule_code
    from signals
),

final as (
    select
        customer_key,
        as_of_date,
        case
            when rule_code in ('no_service_yet', 'new_customer') then 'acquire'
            when rule_code in ('all_services_ended', 'silent_without_contract') then 'exit'
            when rule_code in ('gave_up_services', 'bills_fall', 'usage_falls') then 'decline'
            when rule_code in ('took_services', 'bills_grow') then 'grow'
            else 'mature'
        end as stage_code,
        rule_code,
        _version
    from ruled
)

select * from final
