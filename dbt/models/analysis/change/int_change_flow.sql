-- What is watched for abnormal change, by the part it comes from: days with activity of the last
-- 400, weeks of the last 26 (usage: 14) counted back from the run's day. One scan a fact.
-- Grain: one row per customer_key, indicator_name, event_date, component_code.
{%- set sums = {
    'balances': ['inflow_yuan_1d', 'outflow_yuan_1d'], 'bills': ['billed_yuan_1d'],
    'payments': ['paid_yuan_1d'], 'orders': ['order_yuan_1d'], 'web_days': ['page_views_1d'],
    'web_weeks': ['sessions_7d'], 'usage': ['call_minutes_7d', 'data_mb_7d'], 'logins': ['logins_7d'],
    'contacts': ['inbound_contacts_7d'], 'complaints': ['complaints_7d'],
} %}
{%- set view_place = web_or_app('events') %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

records as (
    select * from {{ ref('int_customer_xref') }}
),

accounts as (
    select
        customer_key,
        account_id,
        concat(account_type_code, '_', row_number() over (
            partition by customer_key, account_type_code
            order by opened_date asc nulls last, account_id asc nulls last
        )) as account_code
    from {{ ref('dim_account') }}
),

subscriptions as (
    select * from {{ ref('dim_subscription') }}
),

visitors as (
    select * from {{ ref('map_visitor') }}
),

crm_customers as (
    select
        customer_key,
        source_id as crm_customer_id
    from records
    where source_name = 'crm'
),

products as (
    select * from {{ ref('dim_product') }}
),

balances as (
    {{ change_sums(
        'fct_balance_day', 'balance_date', 'accounts', 'account_id', 'owners.account_code', {
            'inflow_yuan_1d': 'sum(events.inflow_yuan)',
            'outflow_yuan_1d': 'sum(events.outflow_yuan)',
        }, 1, 400,
    ) }}
),

bills as (
    {{ change_sums('fct_bill_line', 'billed_date', 'accounts', 'account_id', 'events.item_code', {
        'billed_yuan_1d': 'sum(events.amount_yuan)',
    }, 1, 400) }}
),

payments as (
    {{ change_sums('fct_payment', 'paid_date', 'accounts', 'account_id', 'events.method_code', {
        'paid_yuan_1d': 'sum(events.amount_yuan)',
    }, 1, 400) }}
),

orders as (
    {{ change_sums('fct_order', 'order_date', 'accounts', 'account_id', 'products.family_code', {
        'order_yuan_1d': 'sum(events.amount_yuan)',
    }, 1, 400, join='inner join products on events.product_id = products.product_id') }}
),

web_days as (
    {{ change_sums('fct_web_day', 'view_date', 'visitors', 'visitor_id', view_place, {
        'page_views_1d': 'sum(events.page_views)',
    }, 1, 400) }}
),

web_weeks as (
    {{ change_sums('fct_web_day', 'view_date', 'visitors', 'visitor_id', view_place, {
        'sessions_7d': 'sum(events.sessions)',
    }, 7, 182) }}
),

usage as (
    {{ change_sums(
        'fct_usage_day', 'usage_date', 'subscriptions', 'subscription_id', 'owners.family_code', {
            'call_minutes_7d': 'sum(' ~ exact('events.call_minutes') ~ ')',
            'data_mb_7d': 'sum(' ~ exact('events.data_mb') ~ ')',
        }, 7, 98,
    ) }}
),

logins as (
    {{ change_sums('fct_login', 'login_date', 'accounts', 'account_id', "'login'", {
        'logins_7d': 'count(*)',
    }, 7, 182) }}
),

contacts as (
    {{ change_sums(
        'fct_contact', 'contact_date', 'crm_customers', 'crm_customer_id', 'events.reason_code', {
            'inbound_contacts_7d': "count(*) filter (where events.direction_code = 'inbound')",
        }, 7, 182,
    ) }}
),

complaints as (
    {{ change_sums(
        'fct_complaint', 'complaint_date', 'crm_customers', 'crm_customer_id', 'events.cause_code', {
            'complaints_7d': 'count(*)',
        }, 7, 182,
    ) }}
),

final as (
    {% for cte, names in sums.items() -%}
        {%- set last_cte = loop.last -%}
        {%- for name in names -%}
            select
                customer_key,
                '{{ name }}' as indicator_name,
                event_date,
                coalesce(component_code, 'unknown') as component_code,
                {{ name }} as actual_value
            from {{ cte }}
            where {{ name }} <> 0
            {{ 'union all' if not (last_cte and loop.last) }}
        {% endfor -%}
    {%- endfor %}
)

select * from final
