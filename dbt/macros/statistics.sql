{#
Confidence intervals for shares, as plain arithmetic that every engine spells alike.
What does not belong here: which groups are compared; anything that needs a sample in memory.
#}

{# The standard normal quantile of a two-sided 95 % interval. #}
{% macro z_95() -%}
    1.959963984540054
{%- endmacro %}

{#
Bounds of Wilson's score interval for `hits` out of `total`. Unlike Wald's it stays within 0-1 and does
not collapse to a point at 0 or all hits, which small campaign arms do reach.
Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
#}
{% macro wilson_bound(hits, total, sign) -%}
    (
        (
            2 * {{ hits }} + {{ z_95() }} * {{ z_95() }}
            {{ sign }} {{ z_95() }} * sqrt(
                {{ z_95() }} * {{ z_95() }}
                + 4 * {{ hits }} * (1 - cast({{ hits }} as double) / {{ total }})
            )
        ) / (2 * ({{ total }} + {{ z_95() }} * {{ z_95() }}))
    )
{%- endmacro %}

{% macro wilson_low(hits, total) -%}
    {{ wilson_bound(hits, total, '-') }}
{%- endmacro %}

{% macro wilson_high(hits, total) -%}
    {{ wilson_bound(hits, total, '+') }}
{%- endmacro %}

{# ln of the likelihood of `hits` out of `total` at their own share; 0 where all or none are hits. #}
{% macro binomial_log_likelihood(hits, total) -%}
    (
        {{ hits_times_log(hits, total) }} + {{ hits_times_log('(' ~ total ~ ') - (' ~ hits ~ ')', total) }}
    )
{%- endmacro %}

{% macro hits_times_log(hits, total) -%}
    case
        when {{ hits }} > 0
            then ({{ hits }}) * ln(cast({{ hits }} as double) / ({{ total }}))
        else 0
    end
{%- endmacro %}

{#
A bound of the interval of a difference of two shares, each a row with hit_share, low_share and high_share.
Source: R. G. Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
#}
{% macro newcombe_bound(one, other, sign) -%}
    {%- set near, far = ('low_share', 'high_share') if sign == '-' else ('high_share', 'low_share') -%}
    {{ one }}.hit_share - {{ other }}.hit_share {{ sign }} sqrt(
        power({{ one }}.hit_share - {{ one }}.{{ near }}, 2)
        + power({{ other }}.hit_share - {{ other }}.{{ far }}, 2)
    )
{%- endmacro %}
