-- What a customer did in a year for or against a product family or a channel. What each sign is
-- worth says the seed preference_signals; several alike on one day are one.
-- Grain: one row per customer_key, attribute_kind, attribute_code, signal_code, signal_date.
{{ config(materialized='view') }}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

subscriptions as (
    select * from {{ ref('dim_subscription') }}
),

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

contacts as (
    select
        records.customer_key,
        contacts.*,
        products.family_code
    from {{ ref('fct_contact') }} as contacts
    inner join records on contacts.crm_customer_id = records.source_id
    left join products on contacts.offer_product_id = products.product_id
),

orders as (
    select
        payers.customer_key,
        orders.*,
        products.family_code
    from {{ ref('fct_order') }} as orders
    inner join {{ ref('dim_account') }} as payers on orders.account_id = payers.account_id
    left join products on orders.product_id = products.product_id
),

pages as (
    select
        visitors.customer_key,
        page_views.channel_code,
        page_views.view_date,
        products.family_code
    from {{ ref('fct_page_view') }} as page_views
    inner join {{ ref('map_visitor') }} as visitors on page_views.visitor_id = visitors.visitor_id
    inner join run_context on visitors.linked_date <= run_context.as_of_date
    left join products on page_views.product_id = products.product_id
),

used_months as (
    select
        subscriptions.customer_key,
        subscriptions.family_code,
        months.usage_date
    from (
        select
            subscription_id,
            max(usage_date) as usage_date
        from {{ ref('fct_usage_day') }}
        where usage_date <= (select run_context.as_of_date from run_context)
        group by subscription_id, date_trunc('month', usage_date)
    ) as months
    inner join subscriptions on months.subscription_id = subscriptions.subscription_id
),

-- a complaint names no channel: it concerns those by which we contacted within the week before
harassed as (
    select
        contacts.customer_key,
        contacts.channel_code,
        complaints.complaint_date
    from {{ ref('fct_complaint') }} as complaints
    inner join records on complaints.crm_customer_id = records.source_id
    inner join contacts on records.customer_key = contacts.customer_key
    where
        complaints.cause_code = 'harassment'
        and contacts.direction_code = 'outbound'
        and {{ days_between('contacts.contact_date', 'complaints.complaint_date') }}
        between 0 and 6
),

-- what is forbidden or allowed is so today, however long ago it was said
consents as (
    select
        consents.*,
        run_context.as_of_date
    from {{ ref('dim_consent') }} as consents
    cross join run_context
    where consents.scope_code = 'marketing'
),

signs as (
    {% for kind, sign, relation, day, condition in preference_signs() -%}
        select
            customer_key,
            '{{ kind }}' as attribute_kind,
            {{ kind }}_code as attribute_code,
            '{{ sign }}' as signal_code,
            {{ day }} as signal_date
        from {{ relation }}
        where {{ condition }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select distinct signs.*
    from signs
    cross join run_context
    where
        signs.customer_key is not null
        and signs.attribute_code is not null
        and {{ days_between('signs.signal_date', 'run_context.as_of_date') }} between 0 and 364
)

select * from final
