-- The stages of life private customers pass, each with its days: the age bands of the seed, and
-- the twelve months of thirty days after a child became known.
-- Grain: one row per customer_key, stage_kind_code, stage_code.
{%- set months = 12 %}
with

customers as (
    select * from {{ ref('dim_customer') }}
    where party_type_code = 'C'
),

bands as (
    select * from {{ ref('age_bands') }}
),

-- of several children the youngest counts
births as (
    select
        customer_key,
        max(event_date) as event_date
    from {{ ref('int_life_event') }}
    where event_code = 'child_born'
    group by customer_key
),

months as (
    {% for month in range(months) -%}
        select
            {{ month }} as month_number,
            'child_month_{{ '%02d' % month }}' as stage_code
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        customers.customer_key,
        'age_band' as stage_kind_code,
        bands.segment_code as stage_code,
        {{ add_months('customers.birth_date', '12 * bands.from_years') }} as from_date,
        {{ add_months('customers.birth_date', '12 * (bands.to_years + 1)') }} as to_date
    from customers
    cross join bands
    where customers.birth_date is not null
    union all
    select
        births.customer_key,
        'child' as stage_kind_code,
        months.stage_code,
        {{ add_days('births.event_date', '30 * months.month_number') }} as from_date,
        {{ add_days('births.event_date', '30 * (months.month_number + 1)') }} as to_date
    from births
    cross join months
)

select * from final
