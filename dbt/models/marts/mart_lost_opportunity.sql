-- Answers to a month's messages to be expected while the call centre is closed, and what they may
-- be worth: what a caller who was answered brought on average, response times the campaign's
-- margin. An upper bound, for some who meet nobody buy all the same.
-- Grain: one row per month_start_date, medium_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

messages as (
    select
        medium_code,
        cast(date_trunc('month', sent_date) as date) as month_start_date,
        count(*) as messages_count,
        count(distinct customer_key) as customers_count
    from {{ ref('int_message') }}
    group by medium_code, date_trunc('month', sent_date)
),

expected as (
    select * from {{ ref('int_expected_answer') }}
),

answers as (
    select * from {{ ref('int_message_answer') }}
),

responses as (
    select * from {{ ref('cmp_response') }}
    where is_mature
),

sales as (
    select * from {{ ref('cmp_sale') }}
),

-- of the medium as a whole: a month alone has too few answers to say what one is worth
callers as (
    select
        answers.medium_code,
        count(distinct answers.customer_key) as customers_count,
        cast(sum(
            case when answers.is_open then sales.margin_yuan end
        ) as double) / nullif(count(responses.customer_key) filter (where answers.is_open), 0)
            as yuan_per_call
    from answers
    left join responses
        on
            answers.campaign_id = responses.campaign_id
            and answers.customer_key = responses.customer_key
    left join sales
        on
            responses.campaign_id = sales.campaign_id
            and responses.customer_key = sales.customer_key
    group by answers.medium_code
),

final as (
    select
        messages.month_start_date,
        messages.medium_code,
        messages.customers_count,
        messages.messages_count,
        cast(expected.expected_answers_count as double) as expected_answers_count,
        cast(expected.expected_closed_count as double) as expected_closed_count,
        cast(expected.expected_closed_count as double)
        / nullif(cast(expected.expected_answers_count as double), 0) as closed_share,
        cast(round(callers.yuan_per_call, 2) as decimal(14, 2)) as call_value_yuan,
        cast(round(
            cast(expected.expected_closed_count as double) * callers.yuan_per_call, 2
        ) as decimal(14, 2)) as lost_value_yuan,
        run_context.as_of_date
    from messages
    inner join expected
        on
            messages.medium_code = expected.medium_code
            and messages.month_start_date = expected.month_start_date
    inner join callers on messages.medium_code = callers.medium_code
    cross join run_context
    where
        messages.customers_count >= {{ smallest_group() }}
        and callers.customers_count >= {{ smallest_group() }}
)

select * from final
