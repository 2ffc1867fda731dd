-- What customers hold or order together more, or less, often than chance. A rule is shown when no
-- difference between the sets it names speaks of too few people.
-- Grain: one row per basket_code, antecedent_code, consequent_code.
with

limits as (
    {{ analysis_rules(['smallest_confidence_share']) }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

associations as (
    select
        *,
        least(
            {{ large_or_none('antecedent_count - together_count') }},
            {{ large_or_none('consequent_count - together_count') }},
            {{ large_or_none(
                'baskets_count - antecedent_count - consequent_count + together_count'
            ) }}
        ) as is_large
    from {{ ref('int_association') }}
),

-- a set stands in several rules: all of them tell how many have it
safe_sets as (
    select
        basket_code,
        set_code
    from associations
    group by basket_code, set_code
    having min(is_large) = 1
),

final as (
    select
        associations.basket_code,
        replace(trim(both '+' from associations.antecedent_code), '+', ' + ') as antecedent_code,
        trim(both '+' from associations.consequent_code) as consequent_code,
        cast(associations.antecedent_size as integer) as antecedent_size,
        associations.baskets_count as customers_count,
        associations.antecedent_count,
        associations.consequent_count,
        associations.together_count,
        associations.support_share,
        associations.confidence_share,
        associations.lift,
        associations.chi_square,
        associations.q_value,
        run_context.as_of_date
    from associations
    inner join safe_sets
        on
            associations.basket_code = safe_sets.basket_code
            and associations.set_code = safe_sets.set_code
    left join safe_sets as safe_antecedents
        on
            associations.basket_code = safe_antecedents.basket_code
            and associations.antecedent_code = safe_antecedents.set_code
    cross join limits
    cross join run_context
    where
        associations.confidence_share >= limits.smallest_confidence_share
        and (associations.antecedent_size = 1 or safe_antecedents.set_code is not null)
)

select * from final
