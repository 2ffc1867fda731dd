-- What a customer agreed to, as last said up to the run's day; of several records, a refusal wins.
-- Grain: one row per customer_key, channel_code, scope_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

deliveries as (
    select consents.*
    from {{ ref('stg_crm__consents') }} as consents
    cross join run_context
    where
        consents.business_date <= run_context.as_of_date
        and consents.event_date <= run_context.as_of_date
),

changes as (
    {{ latest_rows('deliveries', keys=['consent_id']) }}
),

xref as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

-- given and withdrawn in the same second: a refusal wins here too (false sorts first)
standing as (
    select
        xref.customer_key,
        changes.channel_code,
        changes.scope_code,
        changes.is_granted,
        changes.changed_at
    from changes
    inner join xref on changes.crm_customer_id = xref.source_id
    qualify row_number() over (
        partition by changes.crm_customer_id, changes.channel_code, changes.scope_code
        order by
            changes.changed_at desc nulls last,
            changes.is_granted asc nulls first,
            changes.consent_id asc nulls last
    ) = 1
),

final as (
    select
        customer_key,
        channel_code,
        scope_code,
        is_granted,
        changed_at
    from standing
    qualify row_number() over (
        partition by customer_key, channel_code, scope_code
        order by is_granted asc nulls first, changed_at desc nulls last
    ) = 1
)

select * from final
