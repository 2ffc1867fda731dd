{#
Whether two marks have to do with each other: a test that needs no sample in memory.
What does not belong here: which marks are compared; confidence intervals (statistics.sql).
#}

{# Pearson's chi-square (1 degree of freedom) of two yes-no marks: of `total` rows `first` have the
   one, `second` the other and `both` both, all four doubles. NULL when all or none have a mark. #}
{% macro chi_square(total, first, second, both) -%}
    {{ total }} * power({{ total }} * {{ both }} - {{ first }} * {{ second }}, 2)
    / nullif({{ first }} * {{ second }} * ({{ total }} - {{ first }}) * ({{ total }} - {{ second }}), 0)
{%- endmacro %}

{# Chance of a chi-square (1 degree of freedom) of this size or more: the complementary error function
   of its half's root, in Chebyshev form, right to 1.2e-7 of itself everywhere. Engines have no erfc.
   Source: W. Press et al. (1992), Numerical Recipes in C, 2nd edition, section 6.2, erfcc. #}
{% macro chi_square_p(chi_square) -%}
    {%- set t -%} (1 / (1 + 0.5 * sqrt({{ chi_square }} / 2))) {%- endset -%}
    {%- set terms = [
        0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807,
        -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
    ] -%}
    {%- set sum = namespace(text='0') -%}
    {%- for term in terms -%}
        {%- set sum.text = '(' ~ term ~ ' + ' ~ t ~ ' * ' ~ sum.text ~ ')' -%}
    {%- endfor -%}
    {{ t }} * exp(greatest(-{{ chi_square }} / 2 + {{ sum.text }}, -700))
{%- endmacro %}
