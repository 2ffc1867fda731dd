-- Departures: the day a customer's last service ended, or the snapshot at which silence without a
-- contract was taken for one. Grain: one row per customer_key, known_date.
with

departures as (
    select * from {{ ref('seg_membership') }}
    where scheme_code = 'lifecycle' and segment_code = 'exit' and from_segment_code is not null
),

services as (
    select * from {{ ref('ind_service') }}
),

final as (
    select
        departures.customer_key,
        departures.seen_date as known_date,
        case
            when departures.rule_code = 'all_services_ended'
                then {{ add_days('departures.seen_date', '-services.days_since_end') }}
            else departures.seen_date
        end as exit_date,
        departures.rule_code
    from departures
    inner join services
        on
            departures.customer_key = services.customer_key
            and departures.seen_date = services.as_of_date
)

select * from final
