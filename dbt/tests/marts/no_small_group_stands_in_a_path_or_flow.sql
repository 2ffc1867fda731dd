-- What is shown of a path or a link speaks of k people at least; what is suppressed has no figure.
-- And what comes to a channel goes on from it, or the difference would tell of those left out.
with

paths as (
    select * from {{ ref('mart_path') }}
),

flow as (
    select * from {{ ref('mart_channel_flow') }}
),

came as (
    select
        step_number + 1 as step_number,
        to_code as channel_code,
        sum(episodes_count) as episodes_count
    from flow
    group by step_number, to_code
),

went as (
    select
        step_number,
        from_code as channel_code,
        sum(episodes_count) as episodes_count
    from flow
    group by step_number, from_code
)

select
    'mart_path' as mart_name,
    path_text as place
from paths
where
    customers_count < {{ smallest_group() }}
    or is_suppressed <> (visits_count is null)
    or (conversions_count is null) <> (order_yuan is null)
    or (conversions_count > 0 and conversions_count < {{ smallest_group() }})

union all

select
    'mart_channel_flow' as mart_name,
    concat(from_code, ' to ', to_code) as place
from flow
where customers_count < {{ smallest_group() }}

union all

select
    'mart_channel_flow' as mart_name,
    went.channel_code as place
from went
left join came
    on went.step_number = came.step_number and went.channel_code = came.channel_code
where
    went.step_number > 0
    and (came.episodes_count is null or came.episodes_count <> went.episodes_count)
