-- Why the revenue per customer of a month differs from that of the month before: dearer services,
-- more services a customer, or other customers. Revenue is what was billed in the calendar month,
-- customers those with a service at its end or billed in it; segments are those of each month.
-- Grain: one row per as_of_date, scheme_code, segment_code.
{%- set schemes = ['value_tier', 'age_band'] %}
{%- set history = 'partition by scheme_code, segment_code order by as_of_date asc nulls last' %}
with

month_ends as (
    select as_of_date from {{ source('audit', 'snapshots') }}
    where is_month_end
),

revenue as (
    select
        owners.customer_key,
        month_ends.as_of_date,
        sum(bill_lines.amount_yuan) as billed_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join month_ends
        on date_trunc('month', bill_lines.billed_date) = date_trunc('month', month_ends.as_of_date)
    inner join {{ ref('int_customer_xref') }} as owners
        on bill_lines.account_id = owners.source_id
    where bill_lines.item_code <> 'lifetime' and owners.entity = 'account'
    group by owners.customer_key, month_ends.as_of_date
),

customers as (
    select
        held.customer_key,
        held.as_of_date,
        held.active_services_count,
        coalesce(revenue.billed_yuan, 0) as billed_yuan
    from {{ ref('ind_service') }} as held
    inner join month_ends on held.as_of_date = month_ends.as_of_date
    left join revenue
        on held.customer_key = revenue.customer_key and held.as_of_date = revenue.as_of_date
    where held.active_services_count > 0 or revenue.customer_key is not null
),

members as (
    {% for scheme in schemes -%}
        select customer_key, as_of_date, segment_code, '{{ scheme }}' as scheme_code
        from {{ ref('seg_' ~ scheme) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

months as (
    select
        members.as_of_date,
        members.scheme_code,
        members.segment_code,
        count(*) as customers,
        cast(sum(customers.active_services_count) as bigint) as services,
        sum(customers.billed_yuan) as billed_yuan
    from members
    inner join customers
        on
            members.customer_key = customers.customer_key
            and members.as_of_date = customers.as_of_date
    group by members.as_of_date, members.scheme_code, members.segment_code
),

-- a segment without customers in a month is there with nothing, so that it can come and go
followed as (
    select distinct
        month_ends.as_of_date,
        known.scheme_code,
        known.segment_code,
        coalesce(months.customers, 0) as customers_after,
        coalesce(months.services, 0) as services_after,
        coalesce(months.billed_yuan, 0) as billed_yuan_after
    from month_ends
    cross join months as known
    left join months
        on
            month_ends.as_of_date = months.as_of_date
            and known.scheme_code = months.scheme_code
            and known.segment_code = months.segment_code
),

paired as (
    select
        *,
        lag(as_of_date) over ({{ history }}) as previous_date,
        lag(customers_after) over ({{ history }}) as customers_before,
        lag(services_after) over ({{ history }}) as services_before,
        lag(billed_yuan_after) over ({{ history }}) as billed_yuan_before
    from followed
),

compared as (
    select
        *,
        least(customers_before, customers_after) as smaller_customers
    from paired
    where customers_before + customers_after > 0
),

effects as (
    {{ arpu_effects('compared') }}
),

marked as (
    {{ small_groups_marked(
        'effects', 'smaller_customers', 'as_of_date, scheme_code', 'segment_code'
    ) }}
),

final as (
    select
        as_of_date,
        previous_date,
        scheme_code,
        segment_code,
        is_suppressed,
        case when not is_suppressed then customers_before end as customers_before_count,
        case when not is_suppressed then customers_after end as customers_count,
        case when not is_suppressed then cast(billed_yuan_after as decimal(18, 2)) end
            as billed_yuan,
        case when not is_suppressed then head_before end as arpu_before_yuan,
        case when not is_suppressed then head_after end as arpu_yuan,
        case when not is_suppressed then price_effect_yuan end as price_effect_yuan,
        case when not is_suppressed then volume_effect_yuan end as volume_effect_yuan,
        case when not is_suppressed then mix_effect_yuan end as mix_effect_yuan
    from marked
    where previous_date is not null
    union all
    select
        as_of_date,
        previous_date,
        scheme_code,
        'all' as segment_code,
        false as is_suppressed,
        cast(sum(customers_before) as bigint) as customers_before_count,
        cast(sum(customers_after) as bigint) as customers_count,
        cast(sum(billed_yuan_after) as decimal(18, 2)) as billed_yuan,
        max(total_arpu_before_yuan) as arpu_before_yuan,
        max(total_arpu_after_yuan) as arpu_yuan,
        {{ steady_sum('price_effect_yuan') }} as price_effect_yuan,
        {{ steady_sum('volume_effect_yuan') }} as volume_effect_yuan,
        {{ steady_sum('mix_effect_yuan') }} as mix_effect_yuan
    from effects
    where previous_date is not null
    group by as_of_date, previous_date, scheme_code
)

select * from final
