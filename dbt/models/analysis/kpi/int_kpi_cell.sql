-- The company's measures by day, kind of customer and channel; days that had nothing have no row.
-- Grain: one row per kpi_date, measure_code, value_tier_code, party_code, channel_code.
{%- set always = ['1', 'true'] %}
{%- set kept = "events.status_code <> 'cancelled'" %}
{%- set outbound = "events.direction_code = 'outbound'" %}
{%- set called = outbound ~ " and events.channel_code = 'phone'" %}
{%- set refused = called ~ " and events.outcome_code in ('refused', 'hung_up')" %}
{%- set place = web_or_app('events') %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

accounts as (
    select * from {{ ref('dim_account') }}
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
    from {{ ref('int_customer_xref') }}
    where source_name = 'crm'
),

measured as (
    {{ kpi_measures(
        ref('fct_usage_day'), 'usage_date', 'subscriptions', 'subscription_id', "'none'", {
        'active_customers': always,
    },
    ) }}
    union all
    {{ kpi_measures(
        ref('fct_bill_line'), 'billed_date', 'accounts', 'account_id', "'none'", {
        'billed_yuan': ['events.amount_yuan', "events.item_code <> 'lifetime'"],
    },
    ) }}
    union all
    {{ kpi_measures(
        ref('fct_payment'), 'paid_date', 'accounts', 'account_id', 'events.method_code', {
        'paid_yuan': ['events.amount_yuan', 'true'],
    },
    ) }}
    union all
    {{ kpi_measures(
        ref('fct_balance_day'), 'balance_date', 'accounts', 'account_id', "'none'", {
        'inflow_yuan': ['events.inflow_yuan', 'events.inflow_yuan <> 0'],
        'outflow_yuan': ['events.outflow_yuan', 'events.outflow_yuan <> 0'],
    },
    ) }}
    union all
    {{ kpi_measures(
        ref('fct_order'), 'order_date', 'accounts', 'account_id', 'events.channel_code', {
        'orders': ['1', kept], 'order_yuan': ['events.amount_yuan', kept],
    },
    ) }}
    union all
    {{ kpi_measures(
        ref('fct_web_day'), 'view_date', 'visitors', 'visitor_id', place, {
        'visits': ['events.sessions', 'owners.customer_key is not null'],
    },
    ) }}
    union all
    {{ kpi_measures(
        ref('fct_contact'), 'contact_date', 'crm_customers', 'crm_customer_id',
        'events.channel_code', {
            'inbound_contacts': ['1', "events.direction_code = 'inbound'"],
            'outbound_contacts': ['1', outbound], 'outbound_calls': ['1', called],
            'reached_contacts': ['1', called ~ ' and events.is_reached'],
            'refused_contacts': ['1', refused],
        },
    ) }}
    union all
    {{ kpi_measures(
        ref('fct_complaint'), 'complaint_date', 'crm_customers', 'crm_customer_id', "'none'", {
            'complaints': always,
        },
    ) }}
    union all
    {{ kpi_measures('subscriptions', 'started_date', 'accounts', 'account_id', "'none'", {
        'new_services': always,
    },
    ) }}
    union all
    {{ kpi_measures('subscriptions', 'ended_date', 'accounts', 'account_id', "'none'", {
        'lost_services': always,
    },
    ) }}
),

segments as (
    select
        customer_key,
        max(case when scheme_code = 'value_tier' then segment_code end) as value_tier_code,
        max(case when scheme_code = 'party' then segment_code end) as party_code
    from {{ ref('seg_membership') }}
    where is_current and scheme_code in ('value_tier', 'party')
    group by customer_key
),

final as (
    select
        measured.kpi_date,
        measured.measure_code,
        coalesce(segments.value_tier_code, 'unknown') as value_tier_code,
        coalesce(segments.party_code, 'unknown') as party_code,
        coalesce(measured.channel_code, 'unknown') as channel_code,
        cast(sum(case
            when measured.measure_code = 'active_customers' then 1 else measured.measure_value
        end) as decimal(20, 6)) as measure_value,
        -- records without a customer are nobody's: each counts as one
        count(distinct measured.customer_key)
        + count(case when measured.customer_key is null then 1 end) as customers_count
    from measured
    left join segments on measured.customer_key = segments.customer_key
    where measured.measure_value is not null
    group by
        measured.kpi_date, measured.measure_code, segments.value_tier_code, segments.party_code,
        measured.channel_code
)

select * from final
