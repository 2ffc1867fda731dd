-- How likely each event is the first to come within 30, 60 and 90 days in each state: learned until
-- today, and until the last month end that lies 90 days back, to be judged by what came since.
-- Grain: one row per origin_date, state_code, event_code.
with

limits as (
    {{ analysis_rules(['history_weight']) }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

panel as (
    select * from {{ ref('int_event_panel') }}
),

origins as (
    select as_of_date as origin_date from run_context
    union all
    select max(snapshots.as_of_date) as origin_date
    from {{ source('audit', 'snapshots') }} as snapshots
    cross join run_context
    where {{ days_between('snapshots.as_of_date', 'run_context.as_of_date') }} >= 90
    having max(snapshots.as_of_date) is not null
),

{{ event_probabilities(
    'panel', 'origins', ['party_code', 'stage_code', 'state_code'], ref('competing_events')
) }}

select * from event_probabilities
