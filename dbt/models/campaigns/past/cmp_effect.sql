-- What a campaign changed: share of responses in treatment less that in control, by intention to
-- treat (all who were drawn, contacted or not), and what it changed in those it reached, each with
-- a 95 % interval. Grain: one row per campaign_id.
-- Interval: R. G. Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
-- Effect on the reached: the effect on the drawn over the share reached, for a contact that reaches
-- nobody changes nothing, and nobody held out is reached (Angrist, Imbens and Rubin 1996, J. Am.
-- Stat. Assoc. 91, 444-455). Its interval takes the share reached as exact, which it nearly is.
with

responses as (
    select
        responses.*,
        coalesce(contacts.is_reached, false) as is_reached
    from {{ ref('cmp_response') }} as responses
    left join {{ ref('cmp_contact') }} as contacts
        on
            responses.campaign_id = contacts.campaign_id
            and responses.customer_key = contacts.customer_key
    where responses.is_mature
),

arms as (
    select
        campaign_id,
        count(*) filter (where arm_code = 'treatment') as treated_count,
        count(*) filter (where arm_code = 'treatment' and is_response) as treated_responses_count,
        count(*) filter (where arm_code = 'treatment' and is_reached) as treated_reached_count,
        count(*) filter (where arm_code = 'control') as control_count,
        count(*) filter (where arm_code = 'control' and is_response) as control_responses_count
    from responses
    group by campaign_id
),

-- without both arms there is nothing to compare
compared as (
    select
        *,
        cast(treated_responses_count as double) / treated_count as treated_share,
        cast(control_responses_count as double) / control_count as control_share,
        {{ wilson_low('treated_responses_count', 'treated_count') }} as treated_low_share,
        {{ wilson_high('treated_responses_count', 'treated_count') }} as treated_high_share,
        {{ wilson_low('control_responses_count', 'control_count') }} as control_low_share,
        {{ wilson_high('control_responses_count', 'control_count') }} as control_high_share
    from arms
    where treated_count > 0 and control_count > 0
),

judged as (
    select
        *,
        treated_share - control_share as itt_share,
        treated_share - control_share - sqrt(
            power(treated_share - treated_low_share, 2)
            + power(control_high_share - control_share, 2)
        ) as itt_low_share,
        treated_share - control_share + sqrt(
            power(treated_high_share - treated_share, 2)
            + power(control_share - control_low_share, 2)
        ) as itt_high_share,
        cast(treated_reached_count as double) / treated_count as reach_share
    from compared
),

final as (
    select
        campaign_id,
        treated_count,
        treated_responses_count,
        treated_reached_count,
        control_count,
        control_responses_count,
        round(itt_share, 6) as itt_share,
        round(itt_low_share, 6) as itt_ci_low_share,
        round(itt_high_share, 6) as itt_ci_high_share,
        round(itt_share / nullif(reach_share, 0), 6) as cace_share,
        round(itt_low_share / nullif(reach_share, 0), 6) as cace_ci_low_share,
        round(itt_high_share / nullif(reach_share, 0), 6) as cace_ci_high_share
    from judged
)

select * from final
