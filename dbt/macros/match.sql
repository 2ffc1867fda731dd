{#
What people of a cell need, and how well a product meets it, for today's match and for the months in
which new products were put to the test: both are the same text. What does not belong here: by which
method a product is matched.
#}

{# CTEs over `holdings` (what int_consumer_holding is, of any days) and `needs`: `cells` with the
   people of each, and `cell_needs`, the share of them who hold something that serves a need. #}
{% macro cell_needs() -%}
cells as (
    select
        as_of_date,
        cell_code,
        count(distinct customer_key) as customers_count
    from holdings
    group by as_of_date, cell_code
),

people as (
    select
        as_of_date,
        sum(customers_count) as customers_count
    from cells
    group by as_of_date
),

overall_needs as (
    select
        people.as_of_date,
        needs.need_code,
        cast(count(distinct holdings.customer_key) as double)
        / max(people.customers_count) as need_share
    from needs
    inner join holdings on needs.family_code = holdings.family_code
    inner join people on holdings.as_of_date = people.as_of_date
    group by people.as_of_date, needs.need_code
),

served as (
    select
        holdings.as_of_date,
        holdings.cell_code,
        needs.need_code,
        count(distinct holdings.customer_key) as holders_count
    from holdings
    inner join needs on holdings.family_code = needs.family_code
    group by holdings.as_of_date, holdings.cell_code, needs.need_code
),

cell_needs as (
    select
        cells.as_of_date,
        cells.cell_code,
        overall_needs.need_code,
        cells.customers_count,
        {{ drawn_share('served.holders_count', 'cells.customers_count', 'overall_needs.need_share') }}
            as need_share,
        overall_needs.need_share as overall_need_share
    from cells
    inner join overall_needs on cells.as_of_date = overall_needs.as_of_date
    left join served
        on
            cells.as_of_date = served.as_of_date
            and cells.cell_code = served.cell_code
            and overall_needs.need_code = served.need_code
)
{%- endmacro %}

{# How much more common the needs of a product are in a cell than overall, weighed by their level. #}
{% macro affinity_ratio() -%}
    sum(needs.need_level * cell_needs.need_share / cell_needs.overall_need_share)
    / sum(needs.need_level)
{%- endmacro %}

{# CTEs: the `trials` whose month is over and not computed yet, by the `stale` days of the model. #}
{% macro trials_to_judge() -%}
stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

trials as (
    select
        trials.*,
        stale.version as _version
    from {{ ref('int_product_trial') }} as trials
    inner join stale on trials.last_date = stale.day_date
)
{%- endmacro %}

{# CTEs over `trials`: `consumers` of the day each began on, with their cell, and the `holdings` they
   had then, as far as was known. #}
{% macro holdings_before_trials() -%}
consumers as (
    select
        age_bands.customer_key,
        age_bands.as_of_date,
        concat(age_bands.segment_code, '|', region_tiers.segment_code) as cell_code
    from {{ ref('seg_age_band') }} as age_bands
    inner join {{ ref('seg_region_tier') }} as region_tiers
        on
            age_bands.customer_key = region_tiers.customer_key
            and age_bands.as_of_date = region_tiers.as_of_date
    inner join {{ ref('ind_profile') }} as profiles
        on
            age_bands.customer_key = profiles.customer_key
            and age_bands.as_of_date = profiles.as_of_date
    where
        profiles.is_consumer = 1
        and age_bands.as_of_date in (select trials.known_date from trials)
),

holdings as (
    select
        consumers.*,
        held.product_id,
        held.family_code
    from consumers
    left join {{ ref('int_subscription_snapshot') }} as held
        on
            consumers.customer_key = held.customer_key
            and consumers.as_of_date = held.as_of_date
            and held.is_active
)
{%- endmacro %}
