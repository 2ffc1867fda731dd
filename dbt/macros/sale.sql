{#
What a sale brings. What does not belong here: what a contact costs, whether a sale is due to it.
#}

{# What the buyers of `sales` (customer_key, family_code and the `key` columns) give back for what they
   buy: a year's margin of what they held on the eve of `day` and the family they buy replaces, as scoring
   counts it (cmp_replaced). A margin nobody knows is no margin of zero. #}
{% macro margins_given_back(sales, key, day) -%}
    select
        {{ key }},
        case when count(*) filter (where given_yuan is null) = 0 then sum(given_yuan) end
            as replaced_margin_yuan
    from (
        select
            sales.*,
            (subscriptions.monthly_fee_yuan - subscriptions.monthly_cost_yuan)
            * cast(rules.margin_months as integer) as given_yuan
        from {{ sales }} as sales
        inner join {{ ref('product_substitutes') }} as substitutes
            on sales.family_code = substitutes.substitute_family_code
        inner join {{ ref('dim_subscription') }} as subscriptions
            on
                sales.customer_key = subscriptions.customer_key
                and substitutes.family_code = subscriptions.family_code
        cross join ({{ analysis_rules(['margin_months']) }}) as rules
        where {{ held_after(add_days('sales.' ~ day, -1)) }}
    ) as given_back
    group by {{ key }}
{%- endmacro %}
