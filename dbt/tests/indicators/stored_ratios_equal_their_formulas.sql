-- A ratio that is computed from facts is, per customer, what its formula over indicators gives: so
-- recomputing it for a group speaks of the same ratio.
{%- set ratios = stored_ratios() %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

compared as (
    select
        {% for ratio in ratios %}
            {{ ratio.name }} as {{ ratio.name }}_stored,
            {{ ratio.formula_row }} as {{ ratio.name }}_recomputed,
        {% endfor %}
        spine.customer_key
    from {{ ref('ind_profile') }} as spine
    inner join run_context on spine.as_of_date = run_context.as_of_date
    {% for table in indicator_subjects().values() if table not in ('profile', 'composite') %}
        left join {{ ref('ind_' ~ table) }} as {{ table }}
            on
                spine.customer_key = {{ table }}.customer_key
                and spine.as_of_date = {{ table }}.as_of_date
    {% endfor %}
)

{% for ratio in ratios -%}
    {%- set stored, recomputed = ratio.name ~ '_stored', ratio.name ~ '_recomputed' -%}
    select
        '{{ ratio.name }}' as indicator_name,
        count(*) as customers_count
    from compared
    where
        ({{ stored }} is null) <> ({{ recomputed }} is null)
        or abs({{ stored }} - {{ recomputed }}) > 1e-9 * greatest(1, abs({{ stored }}))
    having count(*) > 0
    {{ 'union all' if not loop.last }}
{% else -%}
    select customer_key
    from compared
    where false
{% endfor %}
