-- Whoever brings the same is in the same class, and nobody below stands above. Value tiers are
-- judged by the band of the day: the tier held has a memory, so equals may hold different ones.
with

ranked as (
    select
        'abc' as scheme_code,
        as_of_date,
        party_group,
        billed_yuan as amount_yuan,
        segment_code
    from {{ ref('seg_abc') }}
    where billed_yuan is not null
    union all
    select
        'value_tier' as scheme_code,
        as_of_date,
        party_group,
        profit_yuan as amount_yuan,
        band_code as segment_code
    from {{ ref('seg_value_tier') }}
    where profit_yuan is not null
),

ranges as (
    select
        ranked.scheme_code,
        ranked.as_of_date,
        ranked.party_group,
        labels.sort_order,
        min(ranked.amount_yuan) as lowest_yuan,
        max(ranked.amount_yuan) as highest_yuan
    from ranked
    inner join {{ ref('segment_labels') }} as labels
        on ranked.scheme_code = labels.scheme_code and ranked.segment_code = labels.segment_code
    group by ranked.scheme_code, ranked.as_of_date, ranked.party_group, labels.sort_order
)

select better.*
from ranges as better
inner join ranges as worse
    on
        better.scheme_code = worse.scheme_code
        and better.as_of_date = worse.as_of_date
        and better.party_group = worse.party_group
        and better.sort_order < worse.sort_order
        and better.lowest_yuan <= worse.highest_yuan
