{#
What is told about an abnormal value beyond its size: since when, and which part moved. CTEs over
`rated` and `noted`. What does not belong here: the judgement (judgement.sql).
#}

{# A row this far away continues an episode: three spreads, the rule of thumb for a single look,
   because the day itself has already passed the strict test. #}
{% macro episode_z() -%}
    3
{%- endmacro %}

{# Every rated day of what was noted as abnormal. #}
{% macro rated_of_abnormal() -%}
        from rated
        inner join noted
            on
                rated.entity_id = noted.entity_id
                and rated.indicator_name = noted.indicator_name
                and rated.stratum = noted.stratum
        where noted.is_abnormal
{%- endmacro %}

{# The first of the unbroken run of comparable days before the abnormal one that lay as far off in the
   same direction. #}
{% macro episodes() -%}
    marked as (
        select
            rated.entity_id,
            rated.indicator_name,
            rated.event_date,
            rated.window_days,
            not rated.is_past
            or case when noted.robust_z < 0 then -rated.robust_z else rated.robust_z end
            >= {{ episode_z() }} as is_far
        {{ rated_of_abnormal() }}
    ),

    last_usual as (
        select
            entity_id,
            indicator_name,
            coalesce(max(case when not coalesce(is_far, false) then event_date end), date '1900-01-01')
                as last_usual_date
        from marked
        group by entity_id, indicator_name
    ),

    episodes as (
        select
            marked.entity_id,
            marked.indicator_name,
            {{ add_days('min(marked.event_date)', '1 - max(marked.window_days)') }} as first_seen_date
        from marked
        inner join last_usual
            on
                marked.entity_id = last_usual.entity_id
                and marked.indicator_name = last_usual.indicator_name
                and marked.event_date > last_usual.last_usual_date
        group by marked.entity_id, marked.indicator_name
    )
{%- endmacro %}

{# The part whose value moved most against its own mean over the comparable days of the level, and its
   share of all moves in that direction. Means, because parts must add up to the whole. #}
{% macro explanations(flows, entity) -%}
    compared_days as (
        select
            rated.entity_id,
            rated.indicator_name,
            rated.event_date,
            rated.is_past,
            count(case when rated.is_past then 1 end) over (
                partition by rated.entity_id, rated.indicator_name
            ) as past_count,
            case when noted.robust_z < 0 then -1 else 1 end as side
        {{ rated_of_abnormal() }}
        qualify row_number() over (
            partition by rated.entity_id, rated.indicator_name
            order by rated.event_date desc nulls last
        ) <= {{ level_days() }} + 1
    ),

    moves as (
        select
            compared_days.entity_id,
            compared_days.indicator_name,
            flows.component_code,
            greatest(0, max(compared_days.side) * (
                sum(case when compared_days.is_past then 0 else flows.actual_value end)
                - sum(case when compared_days.is_past then flows.actual_value else 0 end)
                / greatest(1, least({{ level_days() }}, max(compared_days.past_count)))
            )) as move
        from compared_days
        inner join {{ flows }} as flows
            on
                compared_days.entity_id = flows.{{ entity }}
                and compared_days.indicator_name = flows.indicator_name
                and compared_days.event_date = flows.event_date
        group by compared_days.entity_id, compared_days.indicator_name, flows.component_code
    ),

    explanations as (
        select
            entity_id,
            indicator_name,
            component_code,
            move / nullif(sum(move) over (partition by entity_id, indicator_name), 0)
                as component_share
        from moves
        qualify row_number() over (
            partition by entity_id, indicator_name
            order by move desc nulls last, component_code asc nulls last
        ) = 1
    )
{%- endmacro %}
