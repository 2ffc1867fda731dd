-- What was known of a customer when, from the record opened first when the CRM holds several.
-- Grain: one row per customer_key, valid_from.
with

records as (
    select * from {{ ref('int_customer_record') }}
),

xref as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

first_seen as (
    select
        crm_customer_id,
        min(registered_date) as first_registered_date
    from records
    group by crm_customer_id
),

leading_record as (
    select
        xref.customer_key,
        first_seen.crm_customer_id,
        count(*) over (partition by xref.customer_key) as crm_record_count
    from first_seen
    inner join xref on first_seen.crm_customer_id = xref.source_id
    qualify row_number() over (
        partition by xref.customer_key
        order by
            first_seen.first_registered_date asc nulls last,
            first_seen.crm_customer_id asc nulls last
    ) = 1
),

final as (
    select
        leading_record.customer_key,
        records.valid_from,
        coalesce(
            lead(records.valid_from) over (
                partition by leading_record.customer_key
                order by records.valid_from asc nulls last
            ),
            date '9999-12-31'
        ) as valid_to,
        lead(records.valid_from) over (
            partition by leading_record.customer_key
            order by records.valid_from asc nulls last
        ) is null as is_current,
        records.party_type_code,
        records.birth_date,
        records.sex_code,
        records.occupation_code,
        records.marital_code,
        records.dependents_count,
        records.region_code,
        records.industry_code,
        records.status_code,
        records.registered_date,
        leading_record.crm_record_count
    from leading_record
    inner join records on leading_record.crm_customer_id = records.crm_customer_id
)

select * from final
