-- Which of several events comes first to a customer: chances within 30, 60 and 90 days.
-- Only one can be first, so over the events of a customer they add up to at most 1.
-- Grain: one row per customer_key, event_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

final as (
    select
        panel.customer_key,
        chances.event_code,
        panel.state_code,
        chances.p_30d,
        chances.p_60d,
        chances.p_90d,
        panel.as_of_date
    from {{ ref('int_event_panel') }} as panel
    inner join run_context on panel.as_of_date = run_context.as_of_date
    inner join {{ ref('int_event_probability') }} as chances
        on
            run_context.as_of_date = chances.origin_date
            and panel.state_code = chances.state_code
)

select * from final
