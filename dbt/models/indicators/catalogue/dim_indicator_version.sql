-- Every definition an indicator ever had, with the days it held; most never changed.
-- Grain: one row per indicator_code, version_number.
{{ config(materialized='table', schema='marts') }}
{#- the catalogue must follow the models it describes, though it reads nothing from them -#}
{%- for subject in indicator_subjects('all').values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

definitions as (
    {% for definition in catalogued_definitions() -%}
    select
        cast({{ definition.code }} as bigint) as indicator_code,
        '{{ definition.name }}' as indicator_name,
        {{ definition.number }} as version_number,
        date '{{ definition.valid_from or '1900-01-01' }}' as valid_from,
        date '{{ definition.valid_to or '9999-12-31' }}' as valid_to,
        {{ quoted(definition.expression) }} as expression,
        {{ quoted(definition.formula) }} as formula,
        {{ quoted(definition.reason) }} as reason,
        date '{{ definition.restated_from or '1900-01-01' }}' as restated_from
    {{ 'union all' if not loop.last }}
    {% else -%}
    select null as indicator_code
    {% endfor %}
),

-- a restatement lets the version of its day hold always, and those before it never
final as (
    select
        definitions.indicator_code,
        definitions.indicator_name,
        definitions.version_number,
        definitions.valid_from,
        definitions.valid_to,
        run_context.as_of_date >= definitions.valid_from
        and run_context.as_of_date < definitions.valid_to as is_in_force,
        definitions.restated_from > date '1900-01-01'
        and definitions.restated_from >= definitions.valid_from
        and definitions.restated_from < definitions.valid_to as is_restated,
        definitions.expression,
        definitions.formula,
        definitions.reason
    from definitions
    cross join run_context
)

select * from final
