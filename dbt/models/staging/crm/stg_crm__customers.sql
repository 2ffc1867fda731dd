-- CRM customer records as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('crm', 'customers') }}
),

final as (
    select
        customer_id as crm_customer_id,
        party_type_code,
        customer_name_token,
        id_number_token,
        phone_token,
        email_token,
        address_token,
        birth_date,
        sex_code,
        occupation_code,
        marital_code,
        dependents_count,
        region_code,
        industry_code,
        registered_at,
        status_code,
        business_date,
        _file_id,
        _record
    from source
)

select * from final
