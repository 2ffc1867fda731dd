-- Which segment of every scheme of rules a customer was in, from when to when, why it came and why
-- it left. Kinds of customers, which are learnt, stand beside it (seg_cluster_membership), and all
-- together in mart_segment_membership.
-- Grain: one row per customer_key, scheme_code, valid_from.
with

placements as (
    select * from {{ ref('int_segment_placement') }}
),

{{ memberships('placements') }}

select * from final
