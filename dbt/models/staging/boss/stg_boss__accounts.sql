-- Billing accounts as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('boss', 'accounts') }}
),

final as (
    select
        account_id,
        crm_customer_id,
        holder_name_token,
        holder_id_number_token,
        contact_phone_token,
        account_type_code,
        payment_method_code,
        is_paperless,
        opened_date,
        closed_date,
        status_code,
        business_date,
        _file_id,
        _record
    from source
)

select * from final
