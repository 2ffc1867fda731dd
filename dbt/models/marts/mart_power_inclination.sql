-- What a customer can pay and wants to buy, as two axes that nothing mixes, and the quarter of the
-- map it lies in; a half of each axis is 50. Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

powers as (
    select * from {{ ref('seg_purchase_power') }}
),

inclinations as (
    select * from {{ ref('seg_purchase_inclination') }}
),

services as (
    select service.*
    from {{ ref('ind_service') }} as service
    inner join run_context on service.as_of_date = run_context.as_of_date
    where service.is_active = 1
),

final as (
    select
        services.customer_key,
        powers.party_group,
        powers.power_index,
        inclinations.inclination_index,
        case
            when powers.power_index is null or inclinations.inclination_index is null then 'unknown'
            when powers.power_index >= 50 and inclinations.inclination_index >= 50
                then 'able_and_willing'
            when powers.power_index >= 50 then 'able_not_willing'
            when inclinations.inclination_index >= 50 then 'willing_not_able'
            else 'neither'
        end as quadrant_code,
        inclinations.method_code as inclination_method_code,
        cast(powers.known_pillars_count as integer) as power_pillars_count,
        cast(inclinations.known_signs_count as integer) as inclination_signs_count,
        run_context.as_of_date
    from services
    cross join run_context
    left join powers on services.customer_key = powers.customer_key
    left join inclinations on services.customer_key = inclinations.customer_key
)

select * from final
