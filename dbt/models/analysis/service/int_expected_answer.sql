-- Calls to be expected in answer to a month's messages, and those of them while the call centre is
-- closed: messages sent in an hour, times the share answered in each later hour (over all messages
-- of the medium sent in that hour), times the part of that hour in which nobody is there.
-- Grain: one row per medium_code, month_start_date.
with

messages as (
    select * from {{ ref('int_message') }}
),

answers as (
    select * from {{ ref('int_message_answer') }}
),

opening as (
    select * from {{ ref('int_opening_day') }}
),

sent as (
    select
        medium_code,
        sent_date,
        sent_hour,
        count(*) as messages_count
    from messages
    group by medium_code, sent_date, sent_hour
),

sent_at_all as (
    select
        medium_code,
        sent_hour,
        sum(messages_count) as messages_count
    from sent
    group by medium_code, sent_hour
),

arrivals as (
    select
        medium_code,
        sent_hour,
        answer_hour,
        {{ days_between('sent_date', 'answer_date') }} as days_later,
        count(*) as answers_count
    from answers
    group by medium_code, sent_hour, answer_hour, days_later
),

expected as (
    select
        sent.medium_code,
        sent.sent_date,
        {{ add_days('sent.sent_date', 'arrivals.days_later') }} as answer_date,
        arrivals.answer_hour,
        cast(sent.messages_count as double) * arrivals.answers_count / sent_at_all.messages_count
            as answers_count
    from sent
    inner join arrivals
        on sent.medium_code = arrivals.medium_code and sent.sent_hour = arrivals.sent_hour
    inner join sent_at_all
        on sent.medium_code = sent_at_all.medium_code and sent.sent_hour = sent_at_all.sent_hour
),

-- the part of the clock hour in which nobody is there; a day without hours is closed
met as (
    select
        expected.medium_code,
        expected.sent_date,
        expected.answers_count,
        case
            when opening.opens_at_hour is null then 1
            else 1 - greatest(
                0, least(expected.answer_hour + 1, opening.closes_at_hour)
                - greatest(expected.answer_hour, opening.opens_at_hour)
            )
        end as closed_part
    from expected
    inner join opening on expected.answer_date = opening.calendar_date
),

final as (
    select
        medium_code,
        cast(date_trunc('month', sent_date) as date) as month_start_date,
        sum({{ exact('answers_count') }}) as expected_answers_count,
        sum({{ exact('answers_count * closed_part') }}) as expected_closed_count
    from met
    group by medium_code, date_trunc('month', sent_date)
)

select * from final
