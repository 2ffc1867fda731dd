-- How common a need is among people of a cell, learnt from what they hold.
-- Grain: one row per cell_code, need_code.
-- A share is drawn to that of everybody, see drawn_share().
with

holdings as (
    select * from {{ ref('int_consumer_holding') }}
),

needs as (
    select * from {{ ref('product_needs') }}
),

{{ cell_needs() }},

final as (
    select
        cell_code,
        need_code,
        customers_count,
        need_share,
        overall_need_share
    from cell_needs
)

select * from final
