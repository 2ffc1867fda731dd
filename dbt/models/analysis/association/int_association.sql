-- Rules between what lies in the same baskets, each tested against chance; nothing is hidden yet.
-- Grain: one row per basket_code, antecedent_code, consequent_code.
{%- set largest_set = 3 %}
with

limits as (
    {{ analysis_rules(['smallest_support_share']) }}
),

baskets as (
    select * from {{ ref('int_basket') }}
),

floors as (
    select
        baskets.basket_code,
        count(distinct baskets.basket_id) as baskets_count,
        greatest(
            count(distinct baskets.basket_id) * max(limits.smallest_support_share),
            {{ smallest_group() }}
        ) as baskets_floor
    from baskets
    cross join limits
    group by baskets.basket_code
),

{{ frequent_sets('baskets', 'floors', largest_set) }},

paired as (
    {{ rules_of_sets('frequent_sets') }}
),

measured as (
    select
        paired.*,
        floors.baskets_count,
        {{ chi_square(
            'cast(floors.baskets_count as double)', 'cast(paired.antecedent_count as double)',
            'cast(paired.consequent_count as double)', 'cast(paired.together_count as double)'
        ) }} as chi_square
    from paired
    inner join floors on paired.basket_code = floors.basket_code
),

tested as (
    select
        *,
        {{ chi_square_p('chi_square') }} as p_value
    from measured
),

-- all rules of a basket are one family of tests
ranked as (
    select
        *,
        p_value * count(p_value) over (partition by basket_code)
        / count(*) over (
            partition by basket_code
            order by p_value asc nulls last range between unbounded preceding and current row
        ) as p_adjusted
    from tested
),

final as (
    select
        basket_code,
        set_code,
        antecedent_code,
        consequent_code,
        antecedent_size,
        baskets_count,
        antecedent_count,
        consequent_count,
        together_count,
        cast(together_count as double) / baskets_count as support_share,
        cast(together_count as double) / antecedent_count as confidence_share,
        cast(together_count as double) * baskets_count
        / (cast(antecedent_count as double) * consequent_count) as lift,
        chi_square,
        p_value,
        case
            when p_value is not null
                then least(
                    min(p_adjusted) over (
                        partition by basket_code
                        order by p_value desc nulls last
                        range between unbounded preceding and current row
                    ), 1e0
                )
        end as q_value
    from ranked
)

select * from final
