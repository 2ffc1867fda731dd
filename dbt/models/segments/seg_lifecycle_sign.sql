-- Signs of a departure on every snapshot of customers in force, and how many days later they left,
-- if they did. Grain: one row per customer_key, as_of_date.
{%- set signals = {
    'bills_fall': 'value.billed_growth_share_90d <= -0.4',
    'usage_falls':
        'greatest(usage.call_minutes_growth_share_30d, usage.data_growth_share_30d) <= -0.4',
    'gave_up_services': 'service.ended_services_count_90d > service.started_services_count_90d',
    'silent_month': 'usage.days_since_usage_90d >= 30',
    'bill_overdue': 'payment.overdue_bills_count > 0',
    'complained': 'contact.complaints_count_90d > 0',
    'looked_at_cancelling': 'web.cancel_views_count_30d > 0',
    'contract_runs_out': 'service.days_to_contract_end between -30 and 30',
    'in_decline': "life.segment_code = 'decline'",
} %}
{%- set tables = ['value', 'usage', 'payment', 'contact', 'web'] %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

life as (
    select * from {{ ref('seg_lifecycle') }}
    where segment_code <> 'exit' and not is_eve
),

departures as (
    select * from {{ ref('seg_lifecycle_exit') }}
),

customer_months as (
    select
        {% for signal, condition in signals.items() %}
            coalesce({{ condition }}, false) as {{ signal }},
        {% endfor %}
        service.customer_key,
        service.as_of_date
    from {{ ref('ind_service') }} as service
    inner join life
        on service.customer_key = life.customer_key and service.as_of_date = life.as_of_date
    {% for table in tables %}
        inner join {{ ref('ind_' ~ table) }} as {{ table }}
            on
                service.customer_key = {{ table }}.customer_key
                and service.as_of_date = {{ table }}.as_of_date
    {% endfor %}
    where service.is_active = 1
),

ahead as (
    select
        customer_months.customer_key,
        customer_months.as_of_date,
        min({{ days_between('customer_months.as_of_date', 'departures.exit_date') }}) as days_left
    from customer_months
    inner join departures
        on
            customer_months.customer_key = departures.customer_key
            and customer_months.as_of_date < departures.exit_date
    group by customer_months.customer_key, customer_months.as_of_date
),

final as (
    select
        customer_months.*,
        ahead.days_left,
        {{ days_between('customer_months.as_of_date', 'run_context.as_of_date') }} as age_days
    from customer_months
    cross join run_context
    left join ahead
        on
            customer_months.customer_key = ahead.customer_key
            and customer_months.as_of_date = ahead.as_of_date
)

select * from final
