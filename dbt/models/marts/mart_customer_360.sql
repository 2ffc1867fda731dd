-- Everything a colleague should know of a customer today, on one row and without an identifier.
-- Grain: one row per customer_key.
{%- set subjects = ['service', 'value', 'usage', 'payment', 'balance', 'web', 'contact'] %}
{%- set joined = [
    'billed', 'segments', 'rfm', 'consents', 'suppressed', 'best_offers'
] %}
{%- set schemes = {
    'age_band': 'age_band_code', 'region_tier': 'region_tier_code', 'value_tier': 'value_tier_code',
    'lifecycle': 'lifecycle_stage_code', 'rfm': 'rfm_tier_code', 'abc': 'abc_class_code',
    'cluster': 'cluster_code',
} %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

customers as (
    select * from {{ ref('dim_customer') }}
),

regions as (
    select * from {{ ref('dim_region') }}
),

{% for subject in subjects %}
    {{ subject }} as (
        select indicators.*
        from {{ ref('ind_' ~ subject) }} as indicators
        inner join run_context on indicators.as_of_date = run_context.as_of_date
    ),

{% endfor %}
-- from the bill lines themselves: this figure must equal what was delivered, to the cent
billed as (
    select
        payers.customer_key,
        sum(bill_lines.amount_yuan) as lifetime_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join {{ ref('dim_account') }} as payers on bill_lines.account_id = payers.account_id
    cross join run_context
    where bill_lines.billed_date <= run_context.as_of_date
    group by payers.customer_key
),

segments as (
    select
        {% for scheme, column in schemes.items() %}
            max(segment_code) filter (where scheme_code = '{{ scheme }}') as {{ column }},
        {% endfor %}
        customer_key
    from {{ ref('mart_segment_membership') }}
    where is_current
    group by customer_key
),

rfm as (
    select scored.*
    from {{ ref('seg_rfm') }} as scored
    inner join run_context on scored.as_of_date = run_context.as_of_date
),

consents as (
    select * from {{ ref('cmp_consent') }}
),

suppressed as (
    select distinct customer_key
    from {{ ref('cmp_suppression') }}
    where suppression_code = 'name_unresolved'
),

best_offers as (
    select * from {{ ref('cmp_best_offer') }}
),

final as (
    select
        customers.customer_key,
        customers.party_type_code,
        customers.sex_code,
        customers.industry_code,
        regions.province as province_name,
        {% for column in schemes.values() %}
            segments.{{ column }},
        {% endfor %}
        rfm.absolute_code as rfm_absolute_code,
        service.is_active = 1 as is_active,
        cast(service.tenure_days as integer) as tenure_days,
        cast(service.active_services_count as integer) as active_subscriptions_count,
        cast(service.active_families_count as integer) as active_families_count,
        cast(service.days_to_contract_end as integer) as days_to_contract_end,
        cast(service.monthly_fee_yuan as decimal(14, 2)) as monthly_fee_yuan,
        cast(value.billed_yuan_30d as decimal(14, 2)) as billed_yuan_30d,
        cast(value.billed_yuan_90d as decimal(14, 2)) as billed_yuan_90d,
        cast(value.billed_yuan_365d as decimal(14, 2)) as billed_yuan_365d,
        cast(coalesce(billed.lifetime_yuan, 0) as decimal(14, 2)) as billed_yuan_lifetime,
        cast(value.margin_yuan_365d as decimal(14, 2)) as margin_yuan_365d,
        value.billed_growth_share_90d,
        usage.call_minutes_30d,
        usage.data_mb_30d,
        cast(usage.usage_days_count_30d as integer) as usage_days_count_30d,
        usage.data_growth_share_30d,
        payment.is_auto_pay = 1 as is_auto_pay,
        payment.on_time_payment_share_365d,
        cast(payment.overdue_yuan as decimal(14, 2)) as overdue_yuan,
        cast(payment.days_since_payment as integer) as days_since_payment,
        cast(balance.balance_mean_yuan_30d as decimal(14, 2)) as balance_mean_yuan_30d,
        cast(web.sessions_count_30d as integer) as sessions_count_30d,
        cast(web.product_views_count_30d as integer) as product_views_count_30d,
        cast(web.cancel_views_count_30d as integer) as cancel_views_count_30d,
        cast(web.days_since_page_view as integer) as days_since_page_view,
        cast(contact.outbound_contacts_count_30d as integer) as outbound_contacts_count_30d,
        cast(contact.inbound_contacts_count_30d as integer) as inbound_contacts_count_30d,
        cast(contact.accepted_offers_count_365d as integer) as accepted_offers_count_365d,
        cast(contact.refused_offers_count_365d as integer) as refused_offers_count_365d,
        cast(contact.complaints_count_90d as integer) as complaints_count_90d,
        cast(contact.open_complaints_count as integer) as open_complaints_count,
        contact.satisfaction_share_365d,
        {{ add_days('run_context.as_of_date', '-contact.days_since_contact') }}
            as last_contact_date,
        consents.is_phone_marketing_allowed,
        consents.is_sms_marketing_allowed,
        consents.is_email_marketing_allowed,
        consents.is_web_marketing_allowed,
        consents.is_app_marketing_allowed,
        suppressed.customer_key is null as is_name_cleared,
        best_offers.best_offer_code,
        best_offers.best_offer_p_response,
        best_offers.p_churn,
        run_context.as_of_date
    from customers
    cross join run_context
    left join regions on customers.region_code = regions.region_code
    {% for relation in subjects + joined %}
        left join {{ relation }} on customers.customer_key = {{ relation }}.customer_key
    {% endfor %}
)

select * from final
