-- Every ratio for every segment, recomputed from the segment's totals and never averaged, as of the
-- run's day and of the month end before it. Not for publication: small groups stand as they are.
-- Grain: one row per as_of_date, scheme_code, segment_code, indicator_name.
{%- set tables = indicator_subjects().values() %}
{%- set ratios = recomputed_ratios() %}
with

{{ compared_segments() }},

snapshots as (
    select
        {% for name in ratios | map(attribute='inputs') | sum(start=[]) | unique | sort %}
            {{ exact(name) }} as {{ name }},
        {% endfor %}
        profile.customer_key,
        profile.as_of_date
    from {{ ref('ind_profile') }} as profile
    inner join compared_days on profile.as_of_date = compared_days.as_of_date
    {% for table in tables if table not in ('profile', 'composite') %}
        left join {{ ref('ind_' ~ table) }} as {{ table }}
            on
                profile.customer_key = {{ table }}.customer_key
                and profile.as_of_date = {{ table }}.as_of_date
    {% endfor %}
),

recomputed as (
    select
        {% for ratio in ratios %}
            {{ ratio.group }} as {{ ratio.name }},
        {% endfor %}
        spine.as_of_date,
        members.scheme_code,
        members.segment_code
    from snapshots as spine
    inner join members on spine.customer_key = members.customer_key
    group by spine.as_of_date, members.scheme_code, members.segment_code
),

final as (
    {% if ratios -%}
        select
            as_of_date,
            scheme_code,
            segment_code,
            indicator_name,
            ratio_value
        from recomputed
        unpivot (
            ratio_value for indicator_name in ({{ ratios | map(attribute='name') | join(', ') }})
        )
    {%- else -%}
        select
            *,
            null as indicator_name,
            null as ratio_value
        from recomputed
    {%- endif %}
)

select * from final
