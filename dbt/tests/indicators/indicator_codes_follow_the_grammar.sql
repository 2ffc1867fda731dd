-- D-SS names the table, A the kind, WW the window, and the name ends in the same window.
with

parsed as (
    select
        indicator_name,
        indicator_code,
        kind_code,
        window_days,
        substring(cast(indicator_code as {{ dbt.type_string() }}), 1, 3) as subject_digits,
        substring(cast(indicator_code as {{ dbt.type_string() }}), 7, 1) as aggregation_digit,
        table_name
    from {{ ref('dim_indicator') }}
),

expected as (
    select
        *,
        case subject_digits
            {% for digits, subject in indicator_subjects('all').items() -%}
                when '{{ digits }}' then 'ind_{{ subject }}'
            {% endfor %}
        end as expected_table,
        case aggregation_digit
            {% for digit, kind in indicator_kinds().items() -%}
                when '{{ digit }}' then '{{ kind }}'
            {% endfor %}
        end as expected_kind,
        case
            {% for days in indicator_windows().values() if days > 0 -%}
                when indicator_name like '%!_{{ days }}d' escape '!' then {{ days }}
            {% endfor -%}
            when indicator_name like '%!_lifetime' escape '!' then -1
            else 0
        end as expected_days
    from parsed
)

select *
from expected
where
    indicator_code not between 100000000 and 999999999
    or table_name is distinct from expected_table
    or kind_code is distinct from expected_kind
    or window_days is distinct from expected_days
