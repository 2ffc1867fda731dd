-- Which groups the summary of indicators must not show: small ones with those that hide them, and
-- what would let anybody find few customers by taking groups of one scheme from those of another.
-- Grain: one row per as_of_date, scheme_code, segment_code, indicator_name.
with

judged as (
    select * from {{ ref('seg_small_group') }}
),

known as (
    select * from {{ ref('seg_known_count') }}
),

members as (
    select
        customer_key,
        scheme_code,
        segment_code
    from {{ ref('seg_membership') }}
    where is_current
),

-- indicators known of the same customers are compared once, under the first name
described as (
    select
        as_of_date,
        indicator_name,
        {{ joined_in_order("concat(kind_key, '=', customers_count)", 'kind_key', ' ', 'true') }}
            as kinds_text
    from known
    group by as_of_date, indicator_name
),

compared as (
    select
        as_of_date,
        indicator_name,
        dense_rank() over (order by as_of_date asc nulls last, kinds_text asc nulls last)
            as known_number,
        row_number() over (
            partition by as_of_date, kinds_text order by indicator_name asc nulls last
        ) = 1 as is_first
    from described
),

-- what is hidden together is one unit to whoever subtracts; that of flags more may be hidden only
-- leaves less to subtract
unit_segments as (
    select
        judged.as_of_date,
        judged.indicator_name,
        judged.scheme_code,
        judged.segment_code,
        compared.known_number,
        case when judged.is_too_little_known then '(hidden)' else judged.segment_code end
            as unit_code
    from judged
    inner join compared
        on
            judged.as_of_date = compared.as_of_date
            and judged.indicator_name = compared.indicator_name
            and compared.is_first
),

unit_kinds as (
    select
        unit_segments.known_number,
        unit_segments.scheme_code,
        unit_segments.unit_code,
        known.kind_key,
        known.customers_count
    from unit_segments
    inner join members
        on
            unit_segments.scheme_code = members.scheme_code
            and unit_segments.segment_code = members.segment_code
    inner join known
        on
            unit_segments.as_of_date = known.as_of_date
            and unit_segments.indicator_name = known.indicator_name
            and members.customer_key = known.kind_key
),

{{ units_to_hide('unit_kinds') }},

final as (
    select
        judged.as_of_date,
        judged.scheme_code,
        judged.segment_code,
        judged.indicator_name,
        judged.is_suppressed or units_to_hide.unit_code is not null as is_suppressed
    from judged
    inner join compared
        on
            judged.as_of_date = compared.as_of_date
            and judged.indicator_name = compared.indicator_name
    left join units_to_hide
        on
            compared.known_number = units_to_hide.known_number
            and judged.scheme_code = units_to_hide.scheme_code
            and judged.segment_code = units_to_hide.unit_code
)

select * from final
