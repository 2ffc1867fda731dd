-- Which kind of customer (cluster) each one was, from when to when: all history by the clustering
-- that holds, so nobody moves by a refit. A kind has no dated cause, so a move counts from the day
-- that shows it. Grain: one row per customer_key, scheme_code, valid_from.
with

placements as (
    select * from {{ ref('seg_cluster') }}
),

{{ memberships('placements') }}

select * from final
