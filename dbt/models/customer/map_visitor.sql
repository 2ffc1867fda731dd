-- Browsers and apps whose customer is known. Grain: one row per visitor_id.
with

xref as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'web' and entity = 'visitor'
),

final as (
    select
        source_id as visitor_id,
        customer_key
    from xref
)

select * from final
