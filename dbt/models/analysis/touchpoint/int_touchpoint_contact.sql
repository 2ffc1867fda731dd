-- What every contact cost, brought and provoked, and in which value tier the customer was that
-- day. The campaign's price of a contact counts before the touchpoint's, its margin of a sale
-- before a year's margin of the product, less what the product replaces; a complaint is blamed on
-- the customer's last contact in the seven days before. Grain: one row per contact_id.
{%- set blamed_days = 7 %}
with

contacts as (
    select * from {{ ref('int_customer_contact') }}
),

touchpoints as (
    select * from {{ ref('dim_touchpoint') }}
),

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

rules as (
    {{ analysis_rules(['margin_months']) }}
),

-- before the first snapshot the tier of the first one counts
tiers as (
    select
        customer_key,
        segment_code,
        valid_to,
        case
            when valid_from > min(valid_from) over (partition by customer_key) then valid_from
            else date '1900-01-01'
        end as valid_from
    from {{ ref('seg_membership') }}
    where scheme_code = 'value_tier'
),

complaints as (
    select
        xref.customer_key,
        complaints.complaint_id,
        complaints.opened_at
    from {{ ref('fct_complaint') }} as complaints
    inner join {{ ref('int_customer_xref') }} as xref
        on
            complaints.crm_customer_id = xref.source_id
            and xref.source_name = 'crm'
            and xref.entity = 'customer'
    cross join {{ source('audit', 'run_context') }} as run_context
    where complaints.complaint_date <= run_context.as_of_date
),

blamed as (
    select contacts.contact_id
    from complaints
    inner join contacts
        on
            complaints.customer_key = contacts.customer_key
            and complaints.opened_at >= contacts.started_at
    where
        {{ seconds_between('contacts.started_at', 'complaints.opened_at') }}
        <= {{ blamed_days * 24 * 3600 }}
    qualify row_number() over (
        partition by complaints.complaint_id
        order by contacts.started_at desc nulls last, contacts.contact_id asc nulls last
    ) = 1
),

provoked as (
    select
        contact_id,
        count(*) as complaints_count
    from blamed
    group by contact_id
),

sales as (
    select
        contacts.contact_id,
        contacts.customer_key,
        contacts.contact_date,
        products.family_code,
        coalesce(
            campaigns.sale_margin_yuan,
            (products.monthly_fee_yuan - products.monthly_cost_yuan)
            * cast(rules.margin_months as integer)
        ) as margin_yuan
    from contacts
    cross join rules
    left join campaigns
        on contacts.campaign_id = campaigns.campaign_id and contacts.direction_code = 'outbound'
    left join products on contacts.offer_product_id = products.product_id
    where contacts.outcome_code = 'accepted'
),

replaced as (
    {{ margins_given_back('sales', 'contact_id', 'contact_date') }}
),

final as (
    select
        contacts.contact_id,
        contacts.customer_key,
        contacts.campaign_id,
        cast(date_trunc('month', contacts.contact_date) as date) as month_start_date,
        touchpoints.touchpoint_code,
        coalesce(tiers.segment_code, 'unknown') as value_tier_code,
        contacts.is_reached,
        contacts.outcome_code = 'accepted' as is_response,
        coalesce(campaigns.contact_cost_yuan, touchpoints.unit_cost_yuan) as cost_yuan,
        case
            when sales.contact_id is null then 0
            when replaced.contact_id is null then sales.margin_yuan
            else sales.margin_yuan - replaced.replaced_margin_yuan
        end as margin_yuan,
        coalesce(provoked.complaints_count, 0) as complaints_count
    from contacts
    inner join touchpoints
        on
            contacts.direction_code = touchpoints.direction_code
            and contacts.channel_code = touchpoints.channel_code
    left join campaigns
        on contacts.campaign_id = campaigns.campaign_id and contacts.direction_code = 'outbound'
    left join sales on contacts.contact_id = sales.contact_id
    left join replaced on contacts.contact_id = replaced.contact_id
    left join tiers
        on
            contacts.customer_key = tiers.customer_key
            and contacts.contact_date >= tiers.valid_from
            and contacts.contact_date < tiers.valid_to
    left join provoked on contacts.contact_id = provoked.contact_id
)

select * from final
