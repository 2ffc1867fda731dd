-- An arm of a tenth is a group of people like any other, and the arms make up the tenth.
select
    offer_code,
    ranking_code,
    decile
from {{ ref('mart_uplift') }}
where
    treated_count < {{ smallest_group() }}
    or control_count < {{ smallest_group() }}
    or treated_count + control_count <> customers_count
