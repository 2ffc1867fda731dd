{#
Abnormal change: how far today's value of a series lies from what its own past makes usual, for any
series (a customer's inflow, a company's orders). What does not belong here: which series are watched
(seed key_indicators), where they come from, how many alerts people can look at.

A series row is entity_id, cohort_code, indicator_name, event_date, value, base_value; `watched` says
per indicator_name what kind of number it is, `calendar` which weekday or holiday a date is like and on
which days of the month a payment due then may fall. Only dates before the judged one make the usual.
#}

{# The scale on which values are compared: amounts by their factor beyond what is negligible, counts
   and shares as they are. #}
{% macro on_scale(kind, value, negligible) -%}
    case
        when {{ kind }} = 'amount'
            then sign({{ value }}) * ln(1 + abs({{ value }}) / {{ negligible }})
        else {{ value }}
    end
{%- endmacro %}

{# x * ln(x / mean), which is 0 at 0. #}
{% macro x_log_ratio(x, mean) -%}
    case when {{ x }} > 0 then {{ x }} * ln({{ x }} / ({{ mean }})) else 0 end
{%- endmacro %}

{# How far a value lies from its level, in units that scatter by 1 for counts (signed root of Poisson's
   deviance, right even for one complaint where none was) and shares (the binomial's; `level` is the
   share), and by the spread of the series for amounts.
   Source: P. McCullagh, J. A. Nelder, Generalized Linear Models, 2nd ed. 1989, section 2.4.3. #}
{% macro distance_from(kind, y, level, base) -%}
    case {{ kind }}
        when 'amount' then {{ y }} - {{ level }}
        when 'count'
            then sign({{ y }} - {{ level }}) * sqrt(2 * greatest(
                0, {{ x_log_ratio(y, level) }} - ({{ y }} - {{ level }})
            ))
        when 'share'
            then sign({{ y }} - {{ base }} * {{ level }}) * sqrt(2 * greatest(
                0,
                {{ x_log_ratio(y, base ~ ' * ' ~ level) }}
                + {{ x_log_ratio('(' ~ base ~ ' - ' ~ y ~ ')', base ~ ' * (1 - ' ~ level ~ ')') }}
            ))
    end
{%- endmacro %}

{# The value at a distance from the level, for what people read: the same, and roots for counts and
   shares, which the deviance nearly is. A share comes as its part of the base. #}
{% macro value_at(kind, level, distance, base, negligible) -%}
    case {{ kind }}
        when 'amount'
            then sign({{ level }} + {{ distance }})
                * (exp(abs({{ level }} + {{ distance }})) - 1) * {{ negligible }}
        when 'count' then power(greatest(0, sqrt({{ level }}) + {{ distance }} / 2), 2)
        when 'share'
            then {{ base }} * power(sin(greatest(0, least(
                pi() / 2, asin(sqrt({{ level }})) + {{ distance }} / (2 * sqrt({{ base }}))
            ))), 2)
    end
{%- endmacro %}

{# Two-sided probability of a standard normal beyond `z`, to seven digits at any distance.
   Source: W. H. Press et al., Numerical Recipes, 2nd ed. 1992, section 6.2 (erfcc). #}
{% macro normal_two_sided(z) -%}
    {%- set x = '(abs(' ~ z ~ ') / sqrt(2e0))' -%}
    {%- set t = '(1 / (1 + 0.5e0 * ' ~ x ~ '))' -%}
    {%- set factors = [
        '1.00002368e0', '0.37409196e0', '0.09678418e0', '-0.18628806e0', '0.27886807e0',
        '-1.13520398e0', '1.48851587e0', '-0.82215223e0', '0.17087277e0',
    ] -%}
    least(1, {{ t }} * exp(
        -{{ x }} * {{ x }} - 1.26551223e0
        {%- for factor in factors %} + {{ t }} * ({{ factor }}{% endfor %}{{ ')' * factors | length }}
    ))
{%- endmacro %}

{# Student's t with `df` degrees of freedom as a normal deviate, a little too near zero in far tails.
   Source: D. L. Wallace (1959), Ann. Math. Stat. 30, 1121-1130. #}
{% macro t_as_normal(t, df) -%}
    (
        (8 * {{ df }} + 1) / (8 * {{ df }} + 3)
        * sqrt({{ df }} * ln(1 + {{ t }} * {{ t }} / {{ df }}))
    )
{%- endmacro %}

{# Heaviness of tails, 1 / degrees of freedom of Student's t, from the 95th percentile of robust |z|:
   1.96 / .6745 times the median says normal, more says heavier. Fitted to the quantiles of t with 2 to
   30 degrees to .01. The hundredth part that is truly abnormal does not move a 95th percentile. #}
{% macro heaviness(p95) -%}
    (greatest(0, {{ p95 }} / 0.6745 - 2.906) / greatest(2.5, {{ p95 }} / 0.6745 - 0.406))
{%- endmacro %}
