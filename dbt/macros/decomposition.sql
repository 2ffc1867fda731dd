{#
Why a mean of groups changed, in parts that add up. Plain SQL on every engine, without other macros, so
that a test can run it on its own. What does not belong here: which groups, which months.
#}

{# Every row of `groups` (one per date_column, scheme_code, segment_code, with customers, services and
   billed yuan of two months, `_before` and `_after`) with the parts of the change of ARPU it is
   responsible for: price, volume and mix, after Bennet (1920), each change weighted by the mean of
   before and after, so that nothing is left over and no month is the base.
       ARPU       = sum of share * billed per customer
       per head   = services per customer * billed per service
       volume     = mean share * mean price * change of services per customer
       price      = mean share * change of billed per customer - volume
       mix        = change of share * (mean billed per customer - mean ARPU)
   A group that is new or gone has no rate in one month: it takes the other's, and is all mix. #}
{% macro arpu_effects(groups) -%}
    select
        *,
        mean_share * mean_price_yuan * (services_rate_after - services_rate_before)
            as volume_effect_yuan,
        mean_share * (arpu_after_yuan - arpu_before_yuan)
        - mean_share * mean_price_yuan * (services_rate_after - services_rate_before)
            as price_effect_yuan,
        (share_after - share_before) * (
            (arpu_before_yuan + arpu_after_yuan) / 2
            - (total_arpu_before_yuan + total_arpu_after_yuan) / 2
        ) as mix_effect_yuan
    from (
        select
            *,
            (share_before + share_after) / 2 as mean_share,
            (
                coalesce(price_before, price_after, 0) + coalesce(price_after, price_before, 0)
            ) / 2 as mean_price_yuan,
            coalesce(rate_before, rate_after, 0) as services_rate_before,
            coalesce(rate_after, rate_before, 0) as services_rate_after,
            coalesce(head_before, head_after, 0) as arpu_before_yuan,
            coalesce(head_after, head_before, 0) as arpu_after_yuan
        from (
            select
                *,
                {% for month in ('before', 'after') -%}
                cast(customers_{{ month }} as double)
                / nullif(sum(customers_{{ month }}) over same_month, 0) as share_{{ month }},
                cast(sum(billed_yuan_{{ month }}) over same_month as double)
                / nullif(sum(customers_{{ month }}) over same_month, 0)
                    as total_arpu_{{ month }}_yuan,
                cast(services_{{ month }} as double) / nullif(customers_{{ month }}, 0)
                    as rate_{{ month }},
                cast(billed_yuan_{{ month }} as double) / nullif(services_{{ month }}, 0)
                    as price_{{ month }},
                cast(billed_yuan_{{ month }} as double) / nullif(customers_{{ month }}, 0)
                    as head_{{ month }}{{ ',' if not loop.last }}
                {% endfor %}
            from {{ groups }}
            window same_month as (partition by as_of_date, scheme_code)
        ) as rates
    ) as filled
{%- endmacro %}
