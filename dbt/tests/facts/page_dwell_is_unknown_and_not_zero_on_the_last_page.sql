-- A view nothing followed has no dwell, and a day of only such views has none either.
select
    view_id as subject_id,
    view_date
from {{ ref('fct_page_view') }}
where is_last_in_session <> (dwell_ms is null)

union all

select
    visitor_id as subject_id,
    view_date
from {{ ref('fct_web_day') }}
where (dwell_minutes is null) <> (page_views = censored_views)
