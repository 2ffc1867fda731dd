-- What consumers hold today, with the cell of people like them: age band and tier of the city.
-- Grain: one row per customer_key, product_id; product_id is 'nothing' for who holds nothing.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

consumers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where party_type_code = 'C'
),

age_bands as (
    select * from {{ ref('seg_age_band') }}
),

region_tiers as (
    select * from {{ ref('seg_region_tier') }}
),

subscriptions as (
    select * from {{ ref('dim_subscription') }}
),

-- today's rows first: joined to all snapshots at once the same takes seventy times as long
cells as (
    select
        age_bands.customer_key,
        concat(age_bands.segment_code, '|', region_tiers.segment_code) as cell_code,
        age_bands.as_of_date
    from age_bands
    inner join run_context on age_bands.as_of_date = run_context.as_of_date
    inner join region_tiers
        on
            age_bands.customer_key = region_tiers.customer_key
            and age_bands.as_of_date = region_tiers.as_of_date
    inner join consumers on age_bands.customer_key = consumers.customer_key
),

held as (
    {{ held_when_over() }}
),

final as (
    select
        cells.customer_key,
        coalesce(held.product_id, 'nothing') as product_id,
        held.family_code,
        cells.cell_code,
        cells.as_of_date
    from cells
    left join held on cells.customer_key = held.customer_key
)

select * from final
