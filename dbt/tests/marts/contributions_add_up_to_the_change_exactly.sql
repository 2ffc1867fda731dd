-- Members whose contributions do not add up to the change of the whole, to the millionth.
select
    kpi_name,
    dimension_code
from {{ ref('mart_kpi_contribution') }}
group by kpi_name, dimension_code, kpi_change_value
having sum(member_change_value) <> kpi_change_value
