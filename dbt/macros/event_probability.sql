{#
Which of several events comes first, and when: life tables by the state a customer is in.
What does not belong here: what a state or an event is.

Competing risks in discrete time: R. Prentice et al. (1978), Biometrics 34, 541-554; the chance that an
event comes first is Aalen and Johansen's (1978, Scand. J. Statist. 5, 141-150), summed over periods:
not having had any event before, times the hazard. Follow-up begins anew at every snapshot (landmarks:
H. van Houwelingen, 2007, Scand. J. Statist. 34, 70-85).
#}

{# Days of a period of follow-up: the longest that divides the horizons of 30, 60 and 90 days and still
   lets a snapshot of ten days ago count. #}
{% macro follow_up_days() -%}10{%- endmacro %}

{# CTEs `exposures` to `event_probabilities` (origin_date, <levels>, event_code, at_risk_count, p_30d,
   p_60d, p_90d) from
   - `panel`: customer_key, as_of_date, the columns `levels` (widest group first, the state last),
     event_code and days_to_event of the first event after the snapshot, NULL when there is none;
   - `origins`: origin_date, the days from which is looked back; nothing later is used;
   - `events`: event_code, everything that can happen;
   - `limits`: history_weight, the customer-months of the wider group a group is mixed with.
   A period counts for a snapshot only when it was over on the origin day: who is watched for less is
   neither at risk in it nor free of events. Without any such history the chance is NULL. #}
{% macro event_probabilities(panel, origins, levels, events) -%}
{%- set days = follow_up_days() | int -%}
{%- set periods = 90 // days -%}
{%- set state = levels | join(', ') -%}
{%- set last = levels | last -%}
exposures as (
    select
        origins.origin_date,
        panel.{{ last }},
        panel.event_code,
        cast(floor(
            {{ days_between('panel.as_of_date', 'origins.origin_date') }} / {{ days }}e0
        ) as integer) as whole_periods,
        cast(ceil(panel.days_to_event / {{ days }}e0) as integer) as event_period,
        count(*) as customers_count
    from {{ panel }} as panel
    inner join {{ origins }} as origins on panel.as_of_date < origins.origin_date
    group by origins.origin_date, panel.{{ last }}, panel.event_code, whole_periods, event_period
),

periods as (
    {% for period in range(1, periods + 1) %}
        select {{ period }} as period_number
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

states as (
    select distinct {{ state }}
    from {{ panel }}
),

at_risk as (
    select
        exposures.origin_date,
        exposures.{{ last }},
        periods.period_number,
        sum(exposures.customers_count) as at_risk
    from exposures
    inner join periods
        on
            exposures.whole_periods >= periods.period_number
            and coalesce(exposures.event_period >= periods.period_number, true)
    group by exposures.origin_date, exposures.{{ last }}, periods.period_number
),

happened as (
    select
        origin_date,
        {{ last }},
        event_code,
        event_period as period_number,
        sum(customers_count) as events
    from exposures
    where event_period <= whole_periods
    group by origin_date, {{ last }}, event_code, event_period
),

tables as (
    select
        origins.origin_date,
        {%- for level in levels %}
        states.{{ level }},
        {%- endfor %}
        event_codes.event_code,
        periods.period_number,
        coalesce(at_risk.at_risk, 0) as at_risk,
        coalesce(happened.events, 0) as events
    from states
    cross join {{ origins }} as origins
    cross join {{ events }} as event_codes
    cross join periods
    left join at_risk
        on
            origins.origin_date = at_risk.origin_date
            and states.{{ last }} = at_risk.{{ last }}
            and periods.period_number = at_risk.period_number
    left join happened
        on
            origins.origin_date = happened.origin_date
            and states.{{ last }} = happened.{{ last }}
            and periods.period_number = happened.period_number
            and event_codes.event_code = happened.event_code
),

-- each group is mixed with the next wider one: what few customers did says little
hazards_0 as (
    select
        tables.*,
        limits.history_weight,
        sum(events) over (partition by origin_date, event_code, period_number)
        / cast(nullif(
            sum(at_risk) over (partition by origin_date, event_code, period_number), 0
        ) as double) as hazard_0
    from tables
    cross join limits
),
{% for level in levels %}
{%- set group = 'partition by origin_date, event_code, period_number, ' ~ levels[:loop.index] | join(', ') %}
hazards_{{ loop.index }} as (
    select
        *,
        (sum(events) over ({{ group }}) + history_weight * hazard_{{ loop.index0 }})
        / (sum(at_risk) over ({{ group }}) + history_weight) as hazard_{{ loop.index }}
    from hazards_{{ loop.index0 }}
),
{% endfor %}
{%- set hazard = 'hazard_' ~ (levels | length) %}
survivals as (
    select
        *,
        sum({{ hazard }}) over (partition by origin_date, {{ state }}, period_number) as any_hazard
    from hazards_{{ levels | length }}
),

chances as (
    select
        *,
        {{ hazard }} * coalesce(exp(sum(ln(greatest(1 - any_hazard, 1e-300))) over (
            partition by origin_date, {{ state }}, event_code
            order by period_number asc nulls last
            rows between unbounded preceding and 1 preceding
        )), 1) as p_first
    from survivals
),

event_probabilities as (
    select
        origin_date,
        {{ state }},
        event_code,
        max(at_risk) filter (where period_number = 1) as at_risk_count
        {%- for horizon in [30, 60, 90] %},
        case
            when count(p_first) filter (where period_number <= {{ horizon // days }}) = {{ horizon // days }}
                then round(
                    sum(p_first) filter (where period_number <= {{ horizon // days }}), 9
                )
        end as p_{{ horizon }}d
        {%- endfor %}
    from chances
    group by origin_date, {{ state }}, event_code
)
{%- endmacro %}
