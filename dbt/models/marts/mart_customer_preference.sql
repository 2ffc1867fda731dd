-- What a customer likes and what not: product families and channels on which there is evidence
-- worth three decisions at least. Ten points above what is usual is a like or a dislike, and both
-- can be. Grain: one row per customer_key, attribute_kind, attribute_code.
{%- set least_evidence = 3 %}
{%- set telling_share = 0.1 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

preferences as (
    select
        *,
        like_share - like_base_share >= {{ telling_share }} as is_liked,
        dislike_share - dislike_base_share >= {{ telling_share }} as is_disliked
    from {{ ref('seg_preference') }}
    where evidence_weight >= {{ least_evidence }}
),

final as (
    select
        preferences.customer_key,
        preferences.attribute_kind,
        preferences.attribute_code,
        case
            when preferences.is_liked and preferences.is_disliked then 'both'
            when preferences.is_liked then 'likes'
            when preferences.is_disliked then 'dislikes'
            else 'usual'
        end as preference_code,
        preferences.like_share,
        preferences.dislike_share,
        preferences.like_base_share,
        preferences.dislike_base_share,
        preferences.evidence_weight,
        preferences.signs_count,
        preferences.last_sign_date,
        run_context.as_of_date
    from preferences
    cross join run_context
)

select * from final
