-- The calendar months in which a new product's own users are put to the test against its needs; the
-- last is not over yet. Grain: one row per product_id, known_date.
-- New is what was launched since the month of the first delivery: who held it when is on record
-- from its first day. Of older products only the users who stayed are known, and they are many.
{{ config(materialized='view') }}

with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

snapshots as (
    select * from {{ source('audit', 'snapshots') }}
),

recorded as (
    select cast(date_trunc('month', min(as_of_date)) as date) as first_date
    from snapshots
),

launched as (
    select
        products.product_id,
        products.family_code,
        products.launched_date,
        products.retired_date
    from {{ ref('dim_product') }} as products
    cross join run_context
    cross join recorded
    where
        products.launched_date >= recorded.first_date
        and products.launched_date <= run_context.as_of_date
),

month_ends as (
    select
        as_of_date as known_date,
        lead(as_of_date) over (order by as_of_date asc nulls last) as last_date
    from snapshots
    where is_month_end
),

-- until the month end in which it was launched nobody's taste is known
over as (
    select
        launched.*,
        month_ends.known_date,
        month_ends.last_date
    from launched
    inner join month_ends on launched.launched_date <= month_ends.known_date
    where
        month_ends.last_date is not null
        and (launched.retired_date is null or launched.retired_date > month_ends.last_date)
),

begun as (
    select
        launched.*,
        coalesce(max(month_ends.known_date), last_day(launched.launched_date)) as known_date,
        cast(null as date) as last_date
    from launched
    cross join run_context
    left join month_ends on launched.launched_date <= month_ends.known_date
    where launched.retired_date is null or launched.retired_date > run_context.as_of_date
    group by
        launched.product_id, launched.family_code, launched.launched_date, launched.retired_date
),

trials as (
    select * from over
    union all
    select * from begun
),

final as (
    select
        product_id,
        family_code,
        known_date,
        last_date,
        {{ add_days('known_date', 1) }} as first_date
    from trials
)

select * from final
