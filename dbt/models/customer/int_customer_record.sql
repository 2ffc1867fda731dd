-- CRM customer records as they changed: a record sent again unchanged opens no new version.
-- Grain: one row per crm_customer_id, valid_from.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

deliveries as (
    select
        customers.*,
        {{ local_date('customers.registered_at') }} as registered_date
    from customers
    cross join run_context
    where customers.business_date <= run_context.as_of_date
    qualify row_number() over (
        partition by customers.crm_customer_id, customers.business_date
        order by customers._file_id desc nulls last, customers._record desc nulls last
    ) = 1
),

compared as (
    select
        *,
        md5({{ attributes_text([
            'party_type_code', 'birth_date', 'sex_code', 'occupation_code', 'marital_code',
            'dependents_count', 'region_code', 'industry_code', 'registered_date', 'status_code',
        ]) }}) as attributes_digest
    from deliveries
),

preceded as (
    select
        *,
        lag(attributes_digest) over (
            partition by crm_customer_id
            order by business_date asc nulls last
        ) as previous_digest
    from compared
),

final as (
    select
        crm_customer_id,
        case
            when previous_digest is null then least(business_date, registered_date)
            else business_date
        end as valid_from,
        party_type_code,
        birth_date,
        sex_code,
        occupation_code,
        marital_code,
        dependents_count,
        region_code,
        industry_code,
        status_code,
        registered_date
    from preceded
    where previous_digest is null or attributes_digest <> previous_digest
)

select * from final
