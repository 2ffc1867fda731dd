-- A warning: members no system knows cannot be followed, and the review is about the others only.
{{ config(severity='warn') }}

select
    drawn.campaign_id,
    drawn.crm_customer_id
from {{ ref('fct_campaign_member') }} as drawn
left join {{ ref('int_customer_xref') }} as xref
    on
        drawn.crm_customer_id = xref.source_id
        and xref.source_name = 'crm'
        and xref.entity = 'customer'
left join {{ ref('cmp_member') }} as members
    on drawn.campaign_id = members.campaign_id and xref.customer_key = members.customer_key
cross join {{ source('audit', 'run_context') }} as run_context
where members.customer_key is null and drawn.assigned_date <= run_context.as_of_date
