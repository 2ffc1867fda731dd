-- When a sales call is worth going on: of the calls still talking at a minute, how many end in a
-- sale before the next border, and how many later (the hazard of a sale, as in a life table). From
-- the minute by which 99 of 100 sales were made (stop_minutes) a sale is an exception, so minutes
-- of longer calls without one are wasted: half an hour of polite talk.
-- Grain: one row per from_minute.
{%- set borders = [0, 1, 2, 5, 10, 15, 20, 25, 30, 40] %}
{%- set made_share = 0.99 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- without a duration a call tells nothing about durations
calls as (
    select
        customer_key,
        {{ exact('talk_minutes') }} as talk_minutes,
        outcome_code = 'accepted' as is_sale
    from {{ ref('int_customer_contact') }}
    where
        direction_code = 'outbound'
        and channel_code = 'phone'
        and intent_code = 'sales'
        and is_reached
        and talk_minutes is not null
),

bands as (
    {% for border in borders -%}
        select
            {{ border }} as from_minute,
            {{ borders[loop.index] if not loop.last else 'cast(null as integer)' }} as to_minute
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

stop as (
    select
        percentile_cont({{ made_share }}) within group (order by cast(talk_minutes as double))
            as stop_minutes
    from calls
    where is_sale
),

judged as (
    select
        calls.*,
        stop.stop_minutes,
        not calls.is_sale and calls.talk_minutes > stop.stop_minutes as is_wasted
    from calls
    cross join stop
),

counted as (
    select
        bands.from_minute,
        bands.to_minute,
        max(judged.stop_minutes) as stop_minutes,
        count(distinct judged.customer_key) as customers_count,
        count(*) as calls_count,
        count(*) filter (where judged.is_sale) as later_sales_count,
        count(*) filter (
            where judged.is_sale and judged.talk_minutes < coalesce(bands.to_minute, 1e9)
        ) as sales_count,
        sum(
            least(judged.talk_minutes, coalesce(bands.to_minute, judged.talk_minutes))
            - bands.from_minute
        ) as talk_minutes,
        sum(
            least(judged.talk_minutes, coalesce(bands.to_minute, judged.talk_minutes))
            - bands.from_minute
        ) filter (where judged.is_wasted) as wasted_minutes
    from bands
    inner join judged on bands.from_minute <= judged.talk_minutes
    group by bands.from_minute, bands.to_minute
),

final as (
    select
        cast(counted.from_minute as integer) as from_minute,
        cast(counted.to_minute as integer) as to_minute,
        counted.customers_count,
        counted.calls_count,
        counted.sales_count,
        cast(counted.sales_count as double) / counted.calls_count as sale_hazard_share,
        cast(counted.later_sales_count as double) / counted.calls_count as later_sale_share,
        cast(counted.talk_minutes as double) as talk_minutes,
        cast(coalesce(counted.wasted_minutes, 0) as double) as wasted_minutes,
        counted.stop_minutes,
        run_context.as_of_date
    from counted
    cross join run_context
    where counted.customers_count >= {{ smallest_group() }}
)

select * from final
