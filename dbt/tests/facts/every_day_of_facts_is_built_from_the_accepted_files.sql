-- No fact holds a day of another version than the accepted files and the code ask for.
{% set facts = [
    ('fct_usage_day', 'boss', 'usage_days', 'usage_date'),
    ('fct_bill_line', 'boss', 'bills', 'billed_date'),
    ('fct_payment', 'boss', 'payments', 'paid_date'),
    ('fct_balance_day', 'boss', 'account_balance_days', 'balance_date'),
    ('fct_page_view', 'web', 'page_views', 'view_date'),
    ('fct_login', 'web', 'logins', 'login_date'),
    ('fct_order', 'web', 'orders', 'order_date'),
    ('fct_contact', 'crm', 'contacts', 'contact_date'),
    ('fct_complaint', 'crm', 'complaints', 'complaint_date'),
    ('fct_survey', 'crm', 'surveys', 'survey_date'),
    ('fct_campaign_member', 'crm', 'campaign_members', 'assigned_date'),
] %}

with

built as (
    {% for fact, source_name, table_name, day in facts %}
        select distinct
            '{{ source_name }}' as source_name,
            '{{ table_name }}' as table_name,
            {{ day }} as event_date,
            _version as built_version
        from {{ ref(fact) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select built.*
from built
left join {{ source('audit', 'event_days') }} as wanted
    on
        built.source_name = wanted.source_name
        and built.table_name = wanted.table_name
        and built.event_date = wanted.event_date
        and built.built_version = wanted.version
where wanted.version is null
