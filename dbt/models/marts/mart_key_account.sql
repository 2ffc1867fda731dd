-- Organisations of class A by all their accounts together, the largest first, and what to look
-- after: spending that falls, complaints, overdue bills, nobody known to talk to, nobody talked to
-- for long.
-- Grain: one row per customer_key.
{#- as for life stages: 90 days hold two to four bills, so a fall of a third is no trend -#}
{%- set fall_share = 0.4 %}
{#- a quarter without a word: key accounts are seen every quarter -#}
{%- set silent_days = 90 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

accounts as (
    select * from {{ ref('seg_abc_key_account') }}
    where segment_code = 'a'
),

customers as (
    select * from {{ ref('mart_customer_360') }}
),

contact_persons as (
    select distinct organisation_customer_key as customer_key
    from {{ ref('map_organisation_contact') }}
),

final as (
    select
        accounts.customer_key,
        accounts.party_group,
        customers.industry_code,
        accounts.billed_accounts_count as accounts_count,
        accounts.largest_account_share,
        cast(accounts.billed_yuan as decimal(14, 2)) as billed_yuan_365d,
        customers.billed_growth_share_90d,
        customers.complaints_count_90d,
        customers.open_complaints_count,
        customers.overdue_yuan,
        customers.days_to_contract_end,
        customers.last_contact_date,
        customers.p_churn,
        contact_persons.customer_key is not null as has_contact_person,
        coalesce(customers.billed_growth_share_90d <= -{{ fall_share }}, false)
            as is_spending_falling,
        coalesce(
            {{ days_between('customers.last_contact_date', 'run_context.as_of_date') }}
            > {{ silent_days }}, true
        ) as is_silent,
        row_number() over (
            order by accounts.billed_yuan desc nulls last, accounts.customer_key asc nulls last
        ) as account_rank,
        run_context.as_of_date
    from accounts
    inner join customers on accounts.customer_key = customers.customer_key
    left join contact_persons on accounts.customer_key = contact_persons.customer_key
    cross join run_context
)

select * from final
