-- Whoever is suppressed is offered nothing and listed for nothing, and the customer view says so.
with

suppressed as (
    select distinct customer_key
    from {{ ref('cmp_suppression') }}
),

listed as (
    select
        customer_key,
        'mart_campaign_propensity' as list_name
    from {{ ref('mart_campaign_propensity') }}
    union all
    select
        customer_key,
        'mart_customer_360' as list_name
    from {{ ref('mart_customer_360') }}
    where best_offer_code is not null or is_name_cleared
)

select
    listed.list_name,
    listed.customer_key
from listed
inner join suppressed on listed.customer_key = suppressed.customer_key
