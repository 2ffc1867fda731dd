-- Only one event can be the first; and what may happen within 30 days may within 60 and 90.
select
    customer_key,
    sum(p_90d) as p_any
from {{ ref('mart_event_probability') }}
group by customer_key
having
    sum(p_90d) > 1 + 1e-6
    or count(*) filter (where p_30d < 0 or p_30d > p_60d or p_60d > p_90d) > 0
