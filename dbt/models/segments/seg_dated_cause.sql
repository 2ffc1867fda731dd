-- The days on which something happened that may move a customer to another segment: so a move that
-- a snapshot shows gets the day it happened and not the day it was looked at. Ranks of amounts
-- (value tier, RFM, ABC) move on no day of their own. A cause without a rule counts for every rule.
-- Grain: one row per customer_key, scheme_code, rule_code, cause_date.
{{ config(materialized='view') }}
{%- set services = {
    'started_date': ['new_customer', 'took_services', 'won_back'],
    'ended_date': ['all_services_ended', 'gave_up_services'],
} %}
{%- set records = {'party': 'party_type_code', 'region_tier': 'region_code'} %}
with

people as (
    select * from {{ ref('dim_customer') }}
),

bands as (
    select * from {{ ref('age_bands') }}
    where from_years > 0
),

birthdays as (
    select
        people.customer_key,
        {{ birthday('people.birth_date', 'bands.from_years') }} as cause_date
    from people
    cross join bands
    where people.birth_date is not null
),

versions as (
    select
        *,
        {% for column in records.values() %}
            lag({{ column }}) over (
                partition by customer_key order by valid_from asc nulls last
            ) as earlier_{{ column }},
        {% endfor %}
        lag(valid_from) over (partition by customer_key order by valid_from asc nulls last)
            as earlier_from
    from {{ ref('dim_customer_history') }}
),

subscriptions as (
    select * from {{ ref('dim_subscription') }}
),

causes as (
    select
        customer_key,
        'age_band' as scheme_code,
        'age_in_band' as rule_code,
        cause_date
    from birthdays
    {% for scheme, column in records.items() -%}
        union all
        select
            customer_key,
            '{{ scheme }}' as scheme_code,
            cast(null as {{ dbt.type_string() }}) as rule_code,
            valid_from as cause_date
        from versions
        where earlier_from is not null and {{ column }} is distinct from earlier_{{ column }}
    {% endfor -%}
    {% for day, rules in services.items() -%}
        {% for rule in rules -%}
            union all
            select
                customer_key,
                'lifecycle' as scheme_code,
                '{{ rule }}' as rule_code,
                {{ day }} as cause_date
            from subscriptions
            where {{ day }} is not null
        {% endfor -%}
    {% endfor -%}
),

final as (
    select distinct * from causes
)

select * from final
