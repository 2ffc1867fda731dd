-- How strongly a customer likes and dislikes each product family and channel: the share of signs
-- for and against it, drawn to what is usual by the weight of four decisions (a beta prior with the
-- base rate as mean): (for + 4 * base) / (all + 4). Both may be high. An own base only where it
-- speaks of enough customers. Grain: one row per customer_key, attribute_kind, attribute_code.
{%- set prior = 4 %}
{%- set measures = ['like', 'dislike'] %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

signals as (
    select * from {{ ref('seg_preference_signal') }}
),

weights as (
    select * from {{ ref('preference_signals') }}
),

parties as (
    select
        customer_key,
        {{ party_group('is_business', 'is_government') }} as party_group
    from {{ ref('ind_profile') }} as profile
    inner join run_context on profile.as_of_date = run_context.as_of_date
),

evidence as (
    select
        signals.customer_key,
        parties.party_group,
        signals.attribute_kind,
        signals.attribute_code,
        count(*) as signs_count,
        max(signals.signal_date) as last_sign_date,
        sum(weights.evidence_weight) as evidence_weight,
        sum(weights.evidence_weight * weights.is_like) as like_weight,
        sum(weights.evidence_weight * weights.is_dislike) as dislike_weight
    from signals
    inner join weights
        on
            signals.attribute_kind = weights.attribute_kind
            and signals.signal_code = weights.signal_code
    inner join parties on signals.customer_key = parties.customer_key
    group by
        signals.customer_key, parties.party_group, signals.attribute_kind, signals.attribute_code
),

based as (
    select
        *,
        {% for measure in measures %}
            cast(sum({{ measure }}_weight) over own as double)
            / cast(sum(evidence_weight) over own as double) as own_{{ measure }},
            cast(sum({{ measure }}_weight) over everybody as double)
            / cast(sum(evidence_weight) over everybody as double) as common_{{ measure }},
        {% endfor %}
        count(*) over own as own_count
    from evidence
    window
        own as (partition by party_group, attribute_kind, attribute_code),
        everybody as (partition by attribute_kind, attribute_code)
),

usual as (
    select
        {% for measure in measures %}
            case
                when own_count >= {{ smallest_group() }} then own_{{ measure }}
                else common_{{ measure }}
            end as {{ measure }}_base_share,
        {% endfor %}
        *
    from based
),

final as (
    select
        usual.customer_key,
        usual.attribute_kind,
        usual.attribute_code,
        usual.party_group,
        {% for measure in measures %}
            (
                cast(usual.{{ measure }}_weight as double)
                + {{ prior }} * usual.{{ measure }}_base_share
            ) / (cast(usual.evidence_weight as double) + {{ prior }}) as {{ measure }}_share,
            usual.{{ measure }}_base_share,
        {% endfor %}
        usual.evidence_weight,
        usual.signs_count,
        usual.last_sign_date
    from usual
)

select * from final
