-- Which new products are matched by the behaviour of their users already, since when, and how each
-- month on trial went. Grain: one row per product_id, month_first_date.
-- Of fewer users or takers than a group may have, only the verdict is shown.
with

trials as (
    select * from {{ ref('int_product_trial') }}
),

methods as (
    select * from {{ ref('int_product_method') }}
),

handovers as (
    select
        *,
        least(users_count, takers_count) < {{ smallest_group() }} as is_suppressed
    from {{ ref('int_product_handover') }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

final as (
    select
        trials.product_id,
        trials.family_code,
        trials.first_date as month_first_date,
        methods.method_code,
        methods.handed_over_date,
        case
            when trials.last_date is null then 'not_over' else handovers.verdict_code
        end as verdict_code,
        coalesce(handovers.is_suppressed, false) as is_suppressed,
        {% for figure in ['users_count', 'exposed_count', 'takers_count'] %}
            cast(case when not handovers.is_suppressed then handovers.{{ figure }} end as bigint)
                as {{ figure }},
        {% endfor %}
        {{ unless_suppressed('handovers', ['attribute_loss', 'behaviour_loss', 'gain_error']) }},
        run_context.as_of_date
    from trials
    cross join run_context
    left join methods on trials.product_id = methods.product_id
    left join handovers
        on trials.product_id = handovers.product_id and trials.last_date = handovers.as_of_date
)

select * from final
