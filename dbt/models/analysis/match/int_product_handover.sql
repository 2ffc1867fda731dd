-- Whether a new product's own users foretell better than its needs which cells the next takers come
-- from, month by month, and since when its match is handed over to its users.
-- Grain: one row per product_id, as_of_date (the last day of the month).
-- A forecast is how takers spread over the cells when each cell takes in proportion to its affinity
-- or to its share of users, see drawn_share(); how many come is not judged. Its loss is the mean of
-- -ln(share foretold) over the takers, a proper score (Gneiting and Raftery 2007, JASA 102, 359).
{%- set months_running = 2 %}
{%- set known = 'partition by takers.product_id, takers.as_of_date' %}
{%- set so_far = 'partition by product_id order by as_of_date asc nulls last' %}
with

rules as (
    {{ analysis_rules(['handover_least_takers', 'handover_gain_errors']) }}
),

cells as (
    select
        takers.*,
        needs.customers_count,
        needs.affinity_ratio,
        cast(sum(takers.users_count) over ({{ known }}) as double)
        / sum(needs.customers_count) over ({{ known }}) as users_share
    from {{ ref('int_trial_taker') }} as takers
    inner join {{ ref('int_trial_need') }} as needs
        on
            takers.product_id = needs.product_id
            and takers.as_of_date = needs.as_of_date
            and takers.cell_code = needs.cell_code
),

-- of a product nobody used before, users foretell nothing
weighed as (
    select
        *,
        nullif(exposed_count * affinity_ratio, 0) as by_needs,
        nullif(
            exposed_count * {{ drawn_share('users_count', 'customers_count', 'users_share') }}, 0
        ) as by_users
    from cells
),

summed as (
    select
        product_id,
        as_of_date,
        sum(users_count) as users_count,
        sum(exposed_count) as exposed_count,
        sum(takers_count) as takers_count,
        ln({{ steady_sum('by_needs') }}) as by_needs_ln,
        ln({{ steady_sum('by_users') }}) as by_users_ln,
        {{ steady_sum('takers_count * ln(by_needs)') }} as needs_ln,
        {{ steady_sum('takers_count * ln(by_users)') }} as users_ln,
        {{ steady_sum('takers_count * power(ln(by_users / by_needs), 2)') }} as gains_squared
    from weighed
    group by product_id, as_of_date
),

-- takers who all gain the same leave an error of zero, which doubles may miss on either side
scored as (
    select
        *,
        by_needs_ln - needs_ln / nullif(takers_count, 0) as attribute_loss,
        by_users_ln - users_ln / nullif(takers_count, 0) as behaviour_loss,
        sqrt(
            abs(gains_squared - power(users_ln - needs_ln, 2) / nullif(takers_count, 0))
            / nullif(takers_count * (takers_count - 1), 0)
        ) as gain_error
    from summed
),

judged as (
    select
        scored.*,
        case
            when scored.takers_count < rules.handover_least_takers then 'too_few_takers'
            when
                scored.attribute_loss - scored.behaviour_loss
                > rules.handover_gain_errors * scored.gain_error
                then 'behaviour_better'
            else 'not_better'
        end as verdict_code
    from scored
    cross join rules
),

running as (
    select
        *,
        count(*) filter (where verdict_code = 'behaviour_better') over (
            {{ so_far }} rows between {{ months_running - 1 }} preceding and current row
        ) = {{ months_running }} as is_won
    from judged
),

final as (
    select
        product_id,
        as_of_date,
        users_count,
        exposed_count,
        takers_count,
        round(attribute_loss, 6) as attribute_loss,
        round(behaviour_loss, 6) as behaviour_loss,
        round(gain_error, 6) as gain_error,
        verdict_code,
        min(case when is_won then as_of_date end) over (partition by product_id)
            as handed_over_date
    from running
)

select * from final
