-- A flag is 0 or 1 and a share of a whole lies between; growth may be below zero and above one.
with

bounded as (
    select * from {{ ref('dim_indicator') }}
    where
        unit_code = 'flag'
        or (
            unit_code = 'share'
            and indicator_name not like '%growth%'
            and indicator_name not like '%change%'
            and indicator_name not like 'margin%'
        )
)

select indicators.*
from {{ ref('fct_indicator_value') }} as indicators
inner join bounded on indicators.indicator_code = bounded.indicator_code
inner join {{ source('audit', 'run_context') }} as run_context
    on indicators.as_of_date = run_context.as_of_date
where
    indicators.indicator_value not between 0 and 1
    or (bounded.unit_code = 'flag' and indicators.indicator_value not in (0, 1))
