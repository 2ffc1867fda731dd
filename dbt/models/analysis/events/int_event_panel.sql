-- Customers in force at every snapshot, the state they were in and what happened to them first
-- after it. A state is a group within a group: of a party, of a stage of life, with the same signs.
-- Grain: one row per customer_key, as_of_date.
with

signs as (
    select
        *,
        cast(bills_fall as integer) + cast(usage_falls as integer)
        + cast(gave_up_services as integer) + cast(silent_month as integer)
        + cast(bill_overdue as integer) + cast(contract_runs_out as integer) as other_signs
    from {{ ref('seg_lifecycle_sign') }}
),

states as (
    select
        signs.customer_key,
        signs.as_of_date,
        parties.segment_code as party_code,
        concat(parties.segment_code, ' / ', life.segment_code) as stage_code,
        concat(
            parties.segment_code, ' / ', life.segment_code,
            case when signs.complained then ' / complained' else '' end,
            case when signs.looked_at_cancelling then ' / looked at cancelling' else '' end,
            case when web.orders_count_90d > 0 then ' / ordered' else '' end,
            case signs.other_signs when 0 then '' when 1 then ' / a sign' else ' / signs' end
        ) as state_code
    from signs
    inner join {{ ref('seg_party') }} as parties
        on signs.customer_key = parties.customer_key and signs.as_of_date = parties.as_of_date
    inner join {{ ref('seg_lifecycle') }} as life
        on signs.customer_key = life.customer_key and signs.as_of_date = life.as_of_date
    inner join {{ ref('ind_web') }} as web
        on signs.customer_key = web.customer_key and signs.as_of_date = web.as_of_date
),

firsts as (
    select
        states.customer_key,
        states.as_of_date,
        min({{ days_between('states.as_of_date', 'happened.event_date') }}) as days_to_event,
        min_by(
            happened.event_code,
            {{ days_between('states.as_of_date', 'happened.event_date') }} * 100
            + events.day_order
        ) as event_code
    from states
    inner join {{ ref('int_customer_event') }} as happened
        on
            states.customer_key = happened.customer_key
            and states.as_of_date < happened.event_date
            and {{ add_days('states.as_of_date', 90) }} >= happened.event_date
    inner join {{ ref('competing_events') }} as events on happened.event_code = events.event_code
    group by states.customer_key, states.as_of_date
),

final as (
    select
        states.*,
        firsts.event_code,
        firsts.days_to_event
    from states
    left join firsts
        on
            states.customer_key = firsts.customer_key
            and states.as_of_date = firsts.as_of_date
)

select * from final
