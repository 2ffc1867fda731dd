-- What a visitor did online in a day; time on last pages is unknown and left out.
-- Grain: one row per visitor_id, view_date.
{%- set keys = ['visitor_id', 'view_date'] -%}
{%- set rule = {'day': 'view_date', 'versions': 'fct_page_view'} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

page_views as (
    select * from {{ ref('fct_page_view') }}
),

stale as (
    {{ stale_days(ref('fct_page_view'), rule) }}
),

final as (
    select
        page_views.visitor_id,
        page_views.view_date,
        count(*) as page_views,
        count(distinct page_views.session_id) as sessions,
        count(*) filter (where page_views.page_code = 'product') as product_views,
        count(*) filter (where page_views.page_code = 'cart') as cart_views,
        count(*) filter (where page_views.page_code = 'cancel') as cancel_views,
        count(*) filter (where page_views.page_code = 'help') as help_views,
        count(*) filter (where page_views.channel_code = 'app') as app_page_views,
        cast(sum(page_views.dwell_ms) as double) / 60000 as dwell_minutes,
        count(*) filter (where page_views.is_last_in_session) as censored_views,
        stale.version as _version
    from page_views
    inner join stale on page_views.view_date = stale.day_date
    group by page_views.visitor_id, page_views.view_date, stale.version
)

select * from final
