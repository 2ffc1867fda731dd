-- A probability or a share outside 0-1, or none at all, is no score.
select
    offer_code,
    p_response as share_value
from {{ ref('mart_campaign_propensity') }}
where p_response is null or not p_response between 0 and 1

union all

select
    offer_code,
    observed_share as share_value
from {{ ref('mart_propensity_evaluation') }}
where
    not observed_share between 0 and 1
    or not mean_predicted_share between 0 and 1
    or not auc between 0 and 1

union all

select
    best_offer_code as offer_code,
    best_offer_p_response as share_value
from {{ ref('mart_customer_360') }}
where not best_offer_p_response between 0 and 1 or not p_churn between 0 and 1
