-- How fast interest fades: the share of yes when a customer who asked about something is called
-- back after so many hours. p(h) = p(0) * 2^(-h / half-life) is a straight line in ln p, fitted
-- through three-hour bins by least squares, each weighted with the inverse variance of ln(k / n),
-- which is n k / (n - k) by the delta method; half a yes is added to each bin (k + 1/2 of n + 1),
-- so that an empty one has a logarithm. Only the first 24 hours: later bins hold next to no yes.
-- Grain: one row per enquiry_channel_code.
{%- set fitted_hours = 24 %}
{%- set bin_hours = 3 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

contacts as (
    select * from {{ ref('int_customer_contact') }}
),

-- an open question wants an answer and no offer
enquiries as (
    select * from contacts
    where
        direction_code = 'inbound'
        and intent_code = 'service'
        and outcome_code = 'resolved'
        and reason_code in ('upgrade', 'question')
        and campaign_id is null
),

calls_back as (
    select
        enquiries.channel_code as enquiry_channel_code,
        calls.customer_key,
        {{ seconds_between('enquiries.ended_at', 'calls.started_at') }} / 3600 as delay_hours,
        cast(calls.outcome_code = 'accepted' as integer) as is_yes
    from contacts as calls
    inner join enquiries
        on
            calls.customer_key = enquiries.customer_key
            and calls.started_at >= enquiries.ended_at
    where
        calls.direction_code = 'outbound'
        and calls.intent_code = 'sales'
        and calls.outcome_code in ('accepted', 'refused', 'undecided')
        and calls.campaign_id is null
    qualify row_number() over (
        partition by calls.contact_id
        order by enquiries.ended_at desc nulls last, enquiries.contact_id asc nulls last
    ) = 1
),

bins as (
    select
        enquiry_channel_code,
        count(*) as calls_count,
        sum(is_yes) as yes_count,
        avg(cast(delay_hours as decimal(18, 6))) as x,
        ln((sum(is_yes) + 0.5e0) / (count(*) + 1)) as y,
        (count(*) + 1) * (sum(is_yes) + 0.5e0) / (count(*) - sum(is_yes) + 0.5e0) as weight
    from calls_back
    where delay_hours < {{ fitted_hours }}
    group by enquiry_channel_code, floor(delay_hours / {{ bin_hours }})
),

sums as (
    select
        enquiry_channel_code,
        cast(sum(calls_count) as bigint) as calls_count,
        cast(sum(yes_count) as bigint) as yes_count,
        sum(weight) as w,
        sum(weight * x) / sum(weight) as mean_x,
        sum(weight * y) / sum(weight) as mean_y,
        sum(weight * x * x) - sum(weight * x) * sum(weight * x) / sum(weight) as sxx,
        sum(weight * x * y) - sum(weight * x) * sum(weight * y) / sum(weight) as sxy
    from bins
    group by enquiry_channel_code
),

customers as (
    select
        enquiry_channel_code,
        count(distinct customer_key) as customers_count
    from calls_back
    where delay_hours < {{ fitted_hours }}
    group by enquiry_channel_code
),

-- rate of decay per hour, and its standard error
rates as (
    select
        *,
        -sxy / nullif(sxx, 0) as rate,
        1 / sqrt(nullif(sxx, 0)) as rate_error
    from sums
),

final as (
    select
        rates.enquiry_channel_code,
        customers.customers_count,
        rates.calls_count,
        rates.yes_count,
        round(exp(rates.mean_y + rates.rate * rates.mean_x), 6) as yes_at_once_share,
        {{ half_life('rates.rate') }} as half_life_hours,
        {{ half_life('rates.rate + ' ~ z_95() ~ ' * rates.rate_error') }} as half_life_low_hours,
        {{ half_life('rates.rate - ' ~ z_95() ~ ' * rates.rate_error') }} as half_life_high_hours,
        round(exp(-rates.rate * 24), 6) as left_after_day_share,
        run_context.as_of_date
    from rates
    inner join customers on rates.enquiry_channel_code = customers.enquiry_channel_code
    cross join run_context
    where customers.customers_count >= {{ smallest_group() }}
)

select * from final
