-- Shares are 0-1, an effect lies in its own interval, and a control row carries none.
select
    campaign_id,
    arm_code
from {{ ref('mart_campaign_review') }}
where
    not response_share between 0 and 1
    or not reach_share between 0 and 1
    or responses_count > mature_count
    or reached_count > contacted_count
    or contacted_count > members_count
    or not itt_share between itt_ci_low_share and itt_ci_high_share
    or not (itt_ci_low_share >= -1 and itt_ci_high_share <= 1)
    or (arm_code = 'control' and itt_share is not null)
