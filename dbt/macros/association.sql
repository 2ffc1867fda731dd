{#
Which items lie in the same baskets: frequent sets and the rules between them, in plain joins.
What does not belong here: what a basket is, which rules may be shown.

Source: R. Agrawal, R. Srikant (1994), Fast algorithms for mining association rules, VLDB, 487-499.
A set is a text of its items in order, each between plus signs (+tv+voice+), so that taking an item
away is a replacement that every engine spells alike.
#}

{# CTEs `occurrences_1` ... and `frequent_sets` (basket_code, set_code, set_size, together_count) over
   `baskets` (basket_code, basket_id, item_code, one row each) and `floors` (basket_code,
   baskets_floor): every set of up to `largest` items that lies in that many baskets. A set can only be
   frequent when all its parts are, so each size is grown from the one before. #}
{% macro frequent_sets(baskets, floors, largest) -%}
occurrences_1 as (
    select
        baskets.basket_code,
        baskets.basket_id,
        concat('+', baskets.item_code, '+') as set_code,
        baskets.item_code as last_item
    from {{ baskets }} as baskets
    inner join {{ floors }} as floors on baskets.basket_code = floors.basket_code
    qualify
        count(*) over (partition by baskets.basket_code, baskets.item_code)
        >= max(floors.baskets_floor) over (partition by baskets.basket_code, baskets.item_code)
),
{% for size in range(2, largest + 1) %}
occurrences_{{ size }} as (
    select
        smaller.basket_code,
        smaller.basket_id,
        concat(smaller.set_code, items.last_item, '+') as set_code,
        items.last_item
    from occurrences_{{ size - 1 }} as smaller
    inner join occurrences_1 as items
        on
            smaller.basket_code = items.basket_code
            and smaller.basket_id = items.basket_id
            and smaller.last_item < items.last_item
    inner join {{ floors }} as floors on smaller.basket_code = floors.basket_code
    qualify
        count(*) over (partition by smaller.basket_code, smaller.set_code, items.last_item)
        >= max(floors.baskets_floor) over (
            partition by smaller.basket_code, smaller.set_code, items.last_item
        )
),
{% endfor %}
frequent_sets as (
    {% for size in range(1, largest + 1) %}
        select
            basket_code,
            set_code,
            {{ size }} as set_size,
            count(*) as together_count
        from occurrences_{{ size }}
        group by basket_code, set_code
        {{ 'union all' if not loop.last }}
    {% endfor %}
)
{%- endmacro %}

{# Every frequent set as rules from all its items but one to that one, with the counts of both sides. #}
{% macro rules_of_sets(sets) -%}
    select
        wholes.basket_code,
        wholes.set_code,
        antecedents.set_code as antecedent_code,
        items.set_code as consequent_code,
        antecedents.set_size as antecedent_size,
        wholes.together_count,
        antecedents.together_count as antecedent_count,
        items.together_count as consequent_count
    from {{ sets }} as wholes
    inner join {{ sets }} as items
        on
            wholes.basket_code = items.basket_code
            and wholes.set_size > 1
            and items.set_size = 1
            and replace(wholes.set_code, items.set_code, '+') <> wholes.set_code
    inner join {{ sets }} as antecedents
        on
            wholes.basket_code = antecedents.basket_code
            and replace(wholes.set_code, items.set_code, '+') = antecedents.set_code
{%- endmacro %}
