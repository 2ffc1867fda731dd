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

cells as (
    select
        cell_code,
        count(distinct customer_key) as customers_count
    from holdings
    group by cell_code
),

everybody as (
    select
        needs.need_code,
        cast(count(distinct holdings.customer_key) as double)
        / (select sum(customers_count) from cells) as need_share
    from needs
    inner join holdings on needs.family_code = holdings.family_code
    group by needs.need_code
),

held as (
    select
        holdings.cell_code,
        needs.need_code,
        count(distinct holdings.customer_key) as holders_count
    from holdings
    inner join needs on holdings.family_code = needs.family_code
    group by holdings.cell_code, needs.need_code
),

final as (
    select
        cells.cell_code,
        everybody.need_code,
        cells.customers_count,
        {{ drawn_share('held.holders_count', 'cells.customers_count', 'everybody.need_share') }}
            as need_share,
        everybody.need_share as overall_need_share
    from cells
    cross join everybody
    left join held
        on cells.cell_code = held.cell_code and everybody.need_code = held.need_code
)

select * from final
