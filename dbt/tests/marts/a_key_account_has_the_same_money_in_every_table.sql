-- What all accounts of an organisation were billed in a year is the turnover of the customer in the
-- 360 view, and every organisation of class A is told.
with

key_accounts as (
    select * from {{ ref('mart_key_account') }}
),

organisations as (
    select
        customer_key,
        billed_yuan_365d
    from {{ ref('mart_customer_360') }}
    where abc_class_code = 'a' and age_band_code = 'organisation'
)

select
    coalesce(key_accounts.customer_key, organisations.customer_key) as customer_key,
    key_accounts.billed_yuan_365d as account_yuan,
    organisations.billed_yuan_365d as customer_yuan
from key_accounts
full outer join organisations on key_accounts.customer_key = organisations.customer_key
where key_accounts.billed_yuan_365d is distinct from organisations.billed_yuan_365d
