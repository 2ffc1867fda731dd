-- Members drawn for a contact in campaigns whose offer was made known to some of them before: where
-- they live, whether they had been informed of the same product in the two months before the draw,
-- and whether they responded. Grain: one row per campaign_id, customer_key.
{%- set remembered_days = 60 %}
with

responses as (
    select * from {{ ref('cmp_response') }}
    where is_mature and arm_code = 'treatment'
),

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

messages as (
    select
        records.customer_key,
        contacts.offer_product_id,
        contacts.contact_date
    from {{ ref('fct_contact') }} as contacts
    inner join {{ ref('int_customer_xref') }} as records
        on
            contacts.crm_customer_id = records.source_id
            and records.source_name = 'crm'
            and records.entity = 'customer'
    where contacts.intent_code = 'inform' and contacts.direction_code = 'outbound'
),

told as (
    select distinct
        responses.campaign_id,
        responses.customer_key
    from responses
    inner join campaigns on responses.campaign_id = campaigns.campaign_id
    inner join messages
        on
            responses.customer_key = messages.customer_key
            and campaigns.offer_product_id = messages.offer_product_id
    where
        {{ days_between('messages.contact_date', 'responses.assigned_date') }}
        between 1 and {{ remembered_days }}
),

regions as (
    select
        customer_key,
        segment_code as region_tier_code
    from {{ ref('seg_membership') }}
    where scheme_code = 'region_tier' and is_current and segment_code <> 'unknown'
),

marked as (
    select
        responses.campaign_id,
        responses.customer_key,
        regions.region_tier_code,
        responses.is_response,
        told.customer_key is not null as is_informed
    from responses
    inner join regions on responses.customer_key = regions.customer_key
    left join told
        on
            responses.campaign_id = told.campaign_id
            and responses.customer_key = told.customer_key
),

final as (
    select *
    from marked
    qualify bool_or(is_informed) over (partition by campaign_id)
)

select * from final
