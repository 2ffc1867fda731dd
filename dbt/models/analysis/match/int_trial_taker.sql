-- Who used a new product when its month on trial began, who might have been offered it, and who of
-- these took it. Grain: one row per product_id, as_of_date (the last day of the month), cell_code.
-- Offered is what mart_product_match would have offered: to consumers who hold something, but
-- neither the product nor what replaces it. A month is computed once, from what its snapshots knew.
{{ config(
    materialized='incremental', incremental_strategy='replace_days',
    unique_key=['product_id', 'as_of_date', 'cell_code'],
    meta={'replace_days': {'day': 'as_of_date', 'versions': 'snapshots'}},
) }}

with

{{ trials_to_judge() }},

substitutes as (
    select * from {{ ref('product_substitutes') }}
),

{{ holdings_before_trials() }},

standing as (
    select
        trials.product_id,
        trials.last_date,
        trials._version,
        holdings.customer_key,
        holdings.cell_code,
        bool_or(holdings.product_id = trials.product_id) as is_user,
        bool_or(substitutes.family_code is not null) as has_substitute
    from trials
    inner join holdings
        on trials.known_date = holdings.as_of_date and holdings.product_id is not null
    left join substitutes
        on
            trials.family_code = substitutes.family_code
            and holdings.family_code = substitutes.substitute_family_code
    group by
        trials.product_id, trials.last_date, trials._version,
        holdings.customer_key, holdings.cell_code
),

takers as (
    select distinct
        trials.product_id,
        trials.last_date,
        held.customer_key
    from trials
    inner join {{ ref('int_subscription_snapshot') }} as held
        on
            trials.product_id = held.product_id
            and trials.last_date = held.as_of_date
            and trials.known_date < held.started_date
),

final as (
    select
        standing.product_id,
        standing.last_date as as_of_date,
        standing.cell_code,
        count(*) filter (where standing.is_user) as users_count,
        count(*) filter (where not standing.is_user and not standing.has_substitute)
            as exposed_count,
        count(takers.customer_key) filter (
            where not standing.is_user and not standing.has_substitute
        ) as takers_count,
        standing._version
    from standing
    left join takers
        on
            standing.product_id = takers.product_id
            and standing.last_date = takers.last_date
            and standing.customer_key = takers.customer_key
    group by standing.product_id, standing.last_date, standing.cell_code, standing._version
)

select * from final
