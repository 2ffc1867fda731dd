-- The two ends of a contact are an organisation and somebody who is none.
with

contacts as (
    select * from {{ ref('map_organisation_contact') }}
),

customers as (
    select * from {{ ref('dim_customer') }}
),

final as (
    select
        contacts.organisation_customer_key,
        contacts.person_customer_key
    from contacts
    inner join customers as bodies
        on contacts.organisation_customer_key = bodies.customer_key
    inner join customers as people
        on contacts.person_customer_key = people.customer_key
    where bodies.party_type_code = 'C' or people.party_type_code in ('B', 'G')
)

select * from final
