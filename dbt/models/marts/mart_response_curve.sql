-- When customers answer messages, on three clocks: the hour of the day they ring, the hours since
-- the message, and the hour it was sent; and how many answers meet a closed call centre. An hour of
-- sending is recommended when even the upper bound of its closed share (95 %, Wilson) lies below
-- the share of all answers to the medium. Grain: one row per medium_code, clock_code, hour_number.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

answers as (
    select * from {{ ref('int_message_answer') }}
),

clocked as (
    {% for clock, hour in {
        'hour_of_day': 'answer_hour',
        'hours_after': 'cast(floor(lag_hours) as integer)',
        'hour_sent': 'sent_hour',
    }.items() -%}
        select
            medium_code,
            '{{ clock }}' as clock_code,
            {{ hour }} as hour_number,
            customer_key,
            is_open
        from answers
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        medium_code,
        clock_code,
        hour_number,
        count(*) as answers_count,
        count(distinct customer_key) as customers_count,
        count(*) filter (where not is_open) as closed_count
    from clocked
    group by medium_code, clock_code, hour_number
),

judged as (
    {{ small_groups_marked(
        'counted', 'customers_count', 'medium_code, clock_code', 'hour_number'
    ) }}
),

measured as (
    select
        *,
        cast(answers_count as double)
        / sum(answers_count) over (partition by medium_code, clock_code) as answer_share,
        cast(closed_count as double) / answers_count as closed_share,
        greatest(0, {{ wilson_low('closed_count', 'answers_count') }}) as closed_low_share,
        least(1, {{ wilson_high('closed_count', 'answers_count') }}) as closed_high_share,
        cast(sum(closed_count) over (partition by medium_code, clock_code) as double)
        / sum(answers_count) over (partition by medium_code, clock_code) as closed_overall_share
    from judged
),

final as (
    select
        measured.medium_code,
        measured.clock_code,
        measured.hour_number,
        measured.is_suppressed,
        {{ unless_suppressed('measured', [
            'customers_count', 'answers_count', 'answer_share', 'closed_count', 'closed_share',
            'closed_low_share', 'closed_high_share',
        ]) }},
        measured.clock_code = 'hour_sent'
        and not measured.is_suppressed
        and measured.closed_high_share < measured.closed_overall_share as is_recommended,
        run_context.as_of_date
    from measured
    cross join run_context
)

select * from final
