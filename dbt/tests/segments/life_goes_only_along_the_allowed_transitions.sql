-- No step of anybody's life, the one to the eve included, is missing in the seed; and the seed,
-- which people edit, answers every signal in every stage and keeps to what life is: nobody is new
-- again, who has left comes back as new alone, and a decline is no growth before it has ended.
with

transitions as (
    select * from {{ ref('lifecycle_transitions') }}
),

allowed as (
    select distinct
        from_stage_code,
        to_stage_code
    from transitions
),

walked as (
    select
        customer_key,
        segment_code,
        {{ at_snapshot_before('segment_code', 'customer_key') }} as previous_code
    from {{ ref('seg_lifecycle') }}
)

select
    walked.previous_code as from_stage_code,
    walked.segment_code as to_stage_code
from walked
left join allowed
    on
        walked.previous_code = allowed.from_stage_code
        and walked.segment_code = allowed.to_stage_code
where walked.previous_code is not null and allowed.to_stage_code is null
union all
select
    from_stage_code,
    to_stage_code
from allowed
where
    (to_stage_code = 'acquire' and from_stage_code not in ('acquire', 'exit'))
    or (from_stage_code = 'exit' and to_stage_code not in ('acquire', 'exit'))
    or (from_stage_code = 'decline' and to_stage_code = 'grow')
union all
select
    'any' as from_stage_code,
    'any' as to_stage_code
from transitions
having count(*) <> 25
