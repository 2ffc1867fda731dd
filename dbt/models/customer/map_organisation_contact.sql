-- People who are reached on the phone that an organisation gave as its own.
-- Grain: one row per organisation_customer_key, person_customer_key.
with

contacts as (
    select * from {{ source('identity', 'organisation_contact') }}
),

final as (
    select
        organisation_customer_key,
        person_customer_key,
        rule_code,
        confidence
    from contacts
)

select * from final
