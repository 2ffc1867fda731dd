-- How well a new product met the needs of a cell when its month on trial began: the forecast by its
-- attributes. Grain: one row per product_id, as_of_date (the last day of the month), cell_code.
-- A month is computed once, from what its own snapshots knew.
{{ config(
    materialized='incremental', incremental_strategy='replace_days',
    unique_key=['product_id', 'as_of_date', 'cell_code'],
    meta={'replace_days': {'day': 'as_of_date', 'versions': 'snapshots'}},
) }}

with

{{ trials_to_judge() }},

needs as (
    select * from {{ ref('product_needs') }}
),

{{ holdings_before_trials() }},

{{ cell_needs() }},

final as (
    select
        trials.product_id,
        trials.last_date as as_of_date,
        cell_needs.cell_code,
        max(cell_needs.customers_count) as customers_count,
        {{ affinity_ratio() }} as affinity_ratio,
        trials._version
    from trials
    inner join needs on trials.family_code = needs.family_code
    inner join cell_needs
        on trials.known_date = cell_needs.as_of_date and needs.need_code = cell_needs.need_code
    group by trials.product_id, trials.last_date, cell_needs.cell_code, trials._version
)

select * from final
