-- What is made of other indicators: one line each, units and kinds checked before anything runs.
-- Grain: one row per customer_key, as_of_date.
{%- set subjects = ['service', 'value', 'usage', 'payment', 'balance', 'web', 'contact'] %}
with

stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ composite(801001106, 'billed_yuan_per_service_30d',
            'billed_yuan_30d / active_services_count', direction='higher_is_better',
            en='Billed per service in force, 30 days', zh='近30天每项在用服务出账金额') }},
        {{ composite(801002109, 'margin_yuan_per_service_90d',
            'margin_yuan_90d / active_services_count', direction='higher_is_better',
            en='Margin per service in force, 90 days', zh='近90天每项在用服务毛利') }},
        {{ composite(801003109, 'billed_yuan_per_megabyte_90d', 'billed_yuan_90d / data_mb_90d',
            en='Billed per megabyte of data, 90 days', zh='近90天每兆流量收入') }},
        {{ composite(801004109, 'paid_per_billed_yuan_90d', 'paid_yuan_90d / billed_yuan_90d',
            direction='higher_is_better', en='Paid against billed, 90 days',
            zh='近90天缴费出账比') }},
        {{ composite(801005212, 'unpaid_yuan_365d', 'billed_yuan_365d - paid_yuan_365d',
            direction='lower_is_better', en='Billed less paid, 365 days', zh='近365天未缴金额') }},
        {{ composite(801006109, 'complaints_per_contact_90d',
            'complaints_count_90d / (inbound_contacts_count_90d + outbound_contacts_count_90d)',
            direction='lower_is_better', en='Complaints per contact, 90 days',
            zh='近90天每次接触投诉数') }},
        spine._version
    from spine
    {% for subject in subjects %}
        left join {{ ref('ind_' ~ subject) }} as {{ subject }}
            on
                spine.customer_key = {{ subject }}.customer_key
                and spine.as_of_date = {{ subject }}.as_of_date
    {% endfor %}
)

select * from final
