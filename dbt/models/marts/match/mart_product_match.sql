-- Which products fit which consumer, and by which need; nothing held already, nor what replaces it.
-- Grain: one row per customer_key, product_id.
{%- set shown = 3 %}
{%- set explored_in = 20 %}
{%- set draw = "concat(customers.customer_key, '|', matches.product_id)" %}
with

holdings as (
    select * from {{ ref('int_consumer_holding') }}
),

matches as (
    select * from {{ ref('int_cell_match') }}
),

cell_needs as (
    select * from {{ ref('int_cell_need') }}
),

needs as (
    select * from {{ ref('product_needs') }}
),

substitutes as (
    select * from {{ ref('product_substitutes') }}
),

suppressed as (
    select distinct customer_key
    from {{ ref('cmp_suppression') }}
),

-- whoever holds nothing is no customer yet: acquisition has lists of its own
customers as (
    select
        holdings.customer_key,
        holdings.cell_code,
        holdings.as_of_date
    from holdings
    left join suppressed on holdings.customer_key = suppressed.customer_key
    where holdings.product_id <> 'nothing' and suppressed.customer_key is null
    group by holdings.customer_key, holdings.cell_code, holdings.as_of_date
),

-- "I already have something similar" is the end of a conversation
taken as (
    select
        customer_key,
        product_id
    from holdings
    union distinct
    select
        holdings.customer_key,
        matches.product_id
    from holdings
    inner join substitutes on holdings.family_code = substitutes.substitute_family_code
    inner join matches on substitutes.family_code = matches.family_code
),

-- the need of the product that stands out most among people of the cell
reasons as (
    select
        cell_needs.cell_code,
        needs.family_code,
        needs.need_code,
        needs.label_en,
        needs.label_zh
    from needs
    inner join cell_needs on needs.need_code = cell_needs.need_code
    qualify row_number() over (
        partition by cell_needs.cell_code, needs.family_code
        order by
            needs.need_level * cell_needs.need_share / cell_needs.overall_need_share
            desc nulls last,
            needs.need_code asc nulls last
    ) = 1
),

-- one in twenty is offered a new product whoever he or she is: the only way to learn who likes it
ranked as (
    select
        customers.*,
        matches.product_id,
        matches.family_code,
        matches.match_share,
        matches.affinity_ratio,
        matches.method_code,
        matches.method_code = 'attribute'
        and {{ hash_bucket(draw, explored_in) }} = 0 as is_exploration,
        row_number() over (
            partition by customers.customer_key
            order by matches.match_share desc nulls last, matches.product_id asc nulls last
        ) as match_rank
    from customers
    inner join matches on customers.cell_code = matches.cell_code
    left join taken
        on
            customers.customer_key = taken.customer_key
            and matches.product_id = taken.product_id
    where taken.customer_key is null
),

final as (
    select
        ranked.customer_key,
        ranked.product_id,
        cast(ranked.match_rank as integer) as match_rank,
        ranked.match_share,
        ranked.affinity_ratio,
        case when ranked.is_exploration then 'explore' else ranked.method_code end as method_code,
        reasons.need_code,
        reasons.label_en as need_label_en,
        reasons.label_zh as need_label_zh,
        ranked.as_of_date
    from ranked
    left join reasons
        on ranked.cell_code = reasons.cell_code and ranked.family_code = reasons.family_code
    where ranked.match_rank <= {{ shown }} or ranked.is_exploration
)

select * from final
