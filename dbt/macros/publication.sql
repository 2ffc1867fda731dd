{#
What holds for everything that is published about groups of people. What does not belong here: access
rights (a published file is the permission).
#}

{# Smallest group a published summary may show (k-anonymity); the same setting as in Python. #}
{% macro smallest_group() -%}
    {{ env_var('RAPPORT_K_ANONYMITY', '20') | int }}
{%- endmacro %}
