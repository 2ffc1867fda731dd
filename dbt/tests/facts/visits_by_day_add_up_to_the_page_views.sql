-- Nothing is lost or counted twice between single views and visitor days.
with

single_views as (
    select
        view_date,
        count(*) as views_count
    from {{ ref('fct_page_view') }}
    group by view_date
),

visitor_days as (
    select
        view_date,
        sum(page_views) as views_count
    from {{ ref('fct_web_day') }}
    group by view_date
)

select
    coalesce(single_views.view_date, visitor_days.view_date) as view_date,
    single_views.views_count as single_count,
    visitor_days.views_count as daily_count
from single_views
full outer join visitor_days on single_views.view_date = visitor_days.view_date
where coalesce(single_views.views_count, 0) <> coalesce(visitor_days.views_count, 0)
