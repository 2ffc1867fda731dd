-- Key accounts are summed over bill lines and accounts, classes of customers over indicators: both
-- say the same of an organisation, to the cent.
with

customers as (
    select
        ranked.customer_key,
        ranked.segment_code,
        ranked.billed_yuan
    from {{ ref('seg_abc') }} as ranked
    inner join {{ source('audit', 'run_context') }} as run_context
        on ranked.as_of_date = run_context.as_of_date
    where ranked.party_group <> 'consumer' and ranked.billed_yuan is not null
),

key_accounts as (
    select
        customer_key,
        segment_code,
        billed_yuan
    from {{ ref('seg_abc_key_account') }}
)

select
    coalesce(customers.customer_key, key_accounts.customer_key) as customer_key,
    customers.segment_code as customer_class,
    key_accounts.segment_code as key_account_class
from customers
full outer join key_accounts on customers.customer_key = key_accounts.customer_key
where
    customers.segment_code is distinct from key_accounts.segment_code
    or customers.billed_yuan is distinct from key_accounts.billed_yuan
