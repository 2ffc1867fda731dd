-- A hold-out that is called is no hold-out. A warning: the review stays right by intention to
-- treat, but its effect is diluted and someone should know.
{{ config(severity='warn') }}

select
    members.campaign_id,
    members.customer_key
from {{ ref('cmp_member') }} as members
inner join {{ ref('cmp_contact') }} as contacts
    on
        members.campaign_id = contacts.campaign_id
        and members.customer_key = contacts.customer_key
where members.arm_code = 'control'
