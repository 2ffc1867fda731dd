-- How many customers of every kind have a known value of every indicator, a kind being whoever is in
-- the same segment of every scheme. Not for publication: kinds of one person stand here.
-- Grain: one row per as_of_date, indicator_name, kind_key (the first customer of the kind).
{%- for subject in indicator_subjects().values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

{{ compared_segments() }},

described as (
    select
        customer_key,
        {{ joined_in_order("concat(scheme_code, '=', segment_code)", 'scheme_code', ' ', 'true') }}
            as segments_text
    from members
    group by customer_key
),

kinds as (
    select
        customer_key,
        min(customer_key) over (partition by segments_text) as kind_key
    from described
),

final as (
    {% for batch in indicator_batches(size=40) -%}
        select
            as_of_date,
            kind_key,
            indicator_name,
            customers_count
        from (
            select
                snapshot.as_of_date,
                kinds.kind_key,
                {% for name in batch.names -%}
                    count(snapshot.{{ name }}) as {{ name }}{{ ',' if not loop.last }}
                {% endfor %}
            from {{ ref(batch.table) }} as snapshot
            inner join compared_days on snapshot.as_of_date = compared_days.as_of_date
            inner join kinds on snapshot.customer_key = kinds.customer_key
            group by snapshot.as_of_date, kinds.kind_key
        ) as wide
        unpivot (customers_count for indicator_name in ({{ batch.names | join(', ') }}))
        where customers_count > 0
        {{ 'union all' if not loop.last }}
    {% else -%}
        select null as as_of_date
    {% endfor %}
)

select * from final
