-- Offers agents made to callers where the system had advised one, and whether they chose another
-- family instead. Contacts of campaigns are left out: there the campaign has chosen.
-- Grain: one row per contact_id.
with

contacts as (
    select * from {{ ref('int_customer_contact') }}
    where
        direction_code = 'inbound'
        and campaign_id is null
        and agent_id is not null
        and offer_product_id is not null
        and recommended_product_id is not null
),

products as (
    select * from {{ ref('dim_product') }}
),

final as (
    select
        contacts.contact_id,
        contacts.customer_key,
        contacts.agent_id,
        contacts.contact_date,
        offered.family_code as offered_family_code,
        advised.family_code as advised_family_code,
        offered.family_code <> advised.family_code as is_own_choice,
        contacts.outcome_code = 'accepted' as is_accepted
    from contacts
    inner join products as offered on contacts.offer_product_id = offered.product_id
    inner join products as advised on contacts.recommended_product_id = advised.product_id
)

select * from final
