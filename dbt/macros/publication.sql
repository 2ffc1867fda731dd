{#
What holds for everything that is published about groups of people. What does not belong here: access
rights (a published file is the permission).
#}

{# Smallest group a published summary may show (k-anonymity); the same setting as in Python. #}
{% macro smallest_group() -%}
    {{ env_var('RAPPORT_K_ANONYMITY', '20') | int }}
{%- endmacro %}

{# Every row of `rows` with `is_suppressed`: groups below the smallest size, and with them the next
   smallest of the same total, until what is hidden together is large enough. Otherwise the total less
   what is shown would give them away. #}
{% macro small_groups_marked(rows, count, partition, order) -%}
    select
        *,
        {{ count }} < {{ smallest_group() }}
        or (smallest_count < {{ smallest_group() }} and smaller_count < {{ smallest_group() }})
            as is_suppressed
    from (
        select
            *,
            min({{ count }}) over (partition by {{ partition }}) as smallest_count,
            sum({{ count }}) over (
                partition by {{ partition }}
                order by {{ count }} asc nulls last, {{ order }} asc nulls last
                rows between unbounded preceding and current row
            ) - {{ count }} as smaller_count
        from {{ rows }}
    ) as ordered
{%- endmacro %}

{# Columns of rows that were marked so, each empty where its group is hidden. #}
{% macro unless_suppressed(rows, figures) -%}
    {%- for figure in figures -%}
    case when not {{ rows }}.is_suppressed then {{ rows }}.{{ figure }} end as {{ figure }}
    {{- ',\n' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# 1 when a group is large enough to be shown, or empty: nobody is spoken of then; else 0. #}
{% macro large_or_none(count) -%}
    case when {{ count }} = 0 or {{ count }} >= {{ smallest_group() }} then 1 else 0 end
{%- endmacro %}
