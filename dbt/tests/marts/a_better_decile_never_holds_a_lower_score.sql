-- The tenths of a list follow the score: nobody in decile 1 is less likely than anybody in 2.
with

deciles as (
    select
        offer_code,
        decile,
        min(p_response) as lowest_p,
        max(p_response) as highest_p
    from {{ ref('mart_campaign_propensity') }}
    group by offer_code, decile
)

select
    better.offer_code,
    better.decile
from deciles as better
inner join deciles as worse
    on better.offer_code = worse.offer_code and better.decile < worse.decile
where better.lowest_p < worse.highest_p
