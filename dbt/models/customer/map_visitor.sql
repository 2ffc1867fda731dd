-- Browsers and apps whose customer is known, and the local day of the login that told.
-- Grain: one row per visitor_id.
with

xref as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'web' and entity = 'visitor'
),

final as (
    select
        source_id as visitor_id,
        customer_key,
        first_known_date as linked_date
    from xref
)

select * from final
