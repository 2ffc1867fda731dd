"""Reads what the report shows from one published generation, and from nothing else.

Groups of customers come from `mart_indicator_summary` alone, where groups too small to show are
suppressed already. What does not belong here: layout, words.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from warehouse.publication.generation import DATABASE

Row = dict[str, Any]


class Marts:
    """The marts of a generation; a mart that is not there has no rows."""

    def __init__(self, folder: Path) -> None:
        """Open the database of a generation to read."""
        self._con = duckdb.connect(str(folder / DATABASE), read_only=True)
        tables = self._con.execute("select table_name from duckdb_tables()").fetchall()
        self._there = {row[0] for row in tables}

    def close(self) -> None:
        """Close the database."""
        self._con.close()

    def rows(self, mart: str, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Rows of a query over one mart, as dictionaries."""
        if mart not in self._there:
            return []
        result = self._con.execute(query, list(parameters))
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def customers(self) -> Row:
        """Totals over all customers."""
        query = """
            select count(*) as customers, count(*) filter (where is_active) as active,
                sum(billed_yuan_365d)::double as billed_yuan_365d
            from mart_customer_360
        """
        return next(iter(self.rows("mart_customer_360", query)), {})

    def deliveries(self) -> list[Row]:
        """Files and what became of their records, per source table."""
        query = """
            select source_name || '/' || table_name as table_name, count(*) as files,
                count(*) filter (where state_code = 'quarantined') as set_aside,
                sum(records_in_count)::bigint as records, sum(loaded_count)::bigint as loaded,
                sum(quarantined_count)::bigint as quarantined,
                sum(deduplicated_count)::bigint as deduplicated,
                sum(superseded_count)::bigint as superseded,
                min(business_date)::varchar as first_day, max(business_date)::varchar as last_day
            from mart_file_accounting group by all order by table_name
        """
        return self.rows("mart_file_accounting", query)

    def segments(self) -> list[Row]:
        """Sizes of the segments and what a customer of each is billed."""
        query = """
            select scheme_code, segment_code,
                max(customers_count) filter (where indicator_name = 'is_active') as customers,
                max(mean_value) filter (where indicator_name = 'billed_yuan_90d') as billed_yuan
            from mart_indicator_summary
            where as_of_date = (select max(as_of_date) from mart_indicator_summary)
                and scheme_code <> 'all'
            group by all order by all
        """
        return self.rows("mart_indicator_summary", query)

    def indicators(self, names: Sequence[str], scheme: str = "all") -> list[Row]:
        """Chosen indicators over the segments of a scheme, in the order they were chosen."""
        if "dim_indicator" not in self._there:
            return []
        query = """
            select summary.indicator_name, summary.segment_code, catalogue.label_en,
                catalogue.label_zh, catalogue.unit_code, customers_count,
                coalesce(ratio_value, mean_value) as mean_value,
                median_value, p90_value, mean_change_value
            from mart_indicator_summary as summary
            inner join dim_indicator as catalogue using (indicator_code)
            where as_of_date = (select max(as_of_date) from mart_indicator_summary)
                and scheme_code = ? and list_contains(?, summary.indicator_name)
            order by list_position(?, summary.indicator_name), segment_code
        """
        return self.rows("mart_indicator_summary", query, [scheme, list(names), list(names)])

    def key_figures(self) -> list[Row]:
        """Key figures of the newest day, the one farthest from its usual first."""
        query = """
            select * replace (kpi_date::varchar as kpi_date, kpi_value::double as kpi_value,
                    week_before_value::double as week_before_value,
                    change_value::double as change_value),
                (kpi_date - 7)::varchar as week_before_date
            from mart_kpi_daily where kpi_date = (select max(kpi_date) from mart_kpi_daily)
            order by abs(robust_z) desc nulls last, kpi_name
        """
        return self.rows("mart_kpi_daily", query)

    def key_figure_days(self, name: str) -> list[Row]:
        """One key figure on every day there is."""
        query = """
            select kpi_date::varchar as day, kpi_value::double as value
            from mart_kpi_daily where kpi_name = ? and kpi_value is not null order by kpi_date
        """
        return self.rows("mart_kpi_daily", query, [name])

    def contributions(self, name: str) -> list[Row]:
        """What members of each dimension contributed to the change of a key figure."""
        query = """
            select dimension_code, member_code, member_change_value::double as change_value
            from mart_kpi_contribution where kpi_name = ?
            order by dimension_code, abs(member_change_value) desc, member_code
        """
        return self.rows("mart_kpi_contribution", query, [name])

    def indicator_count(self) -> int:
        """How many indicators there are."""
        return len(self.rows("dim_indicator", "select indicator_code from dim_indicator"))

    def evaluation(self) -> list[Row]:
        """The judgement of the models by decile."""
        query = """
            select * replace (window_from::varchar as window_from, window_to::varchar as window_to)
            from mart_propensity_evaluation order by offer_code, decile
        """
        return self.rows("mart_propensity_evaluation", query)

    def scored(self) -> dict[str, Row]:
        """Customers scored per offer and their mean probability."""
        query = """
            select offer_code, count(*) as customers, avg(p_response) as mean_share
            from mart_campaign_propensity group by all order by all
        """
        return {row["offer_code"]: row for row in self.rows("mart_campaign_propensity", query)}

    def in_service(self) -> dict[str, Row]:
        """The newest week of each offer whose outcomes are known, or whose model is stopped."""
        query = """
            select * replace (week_date::varchar as week_date) from mart_model_monitoring
            where matured_count > 0 or state_code = 'stale'
            qualify row_number() over (
                partition by offer_code order by state_code = 'stale' desc, week_date desc
            ) = 1
            order by offer_code
        """
        return {row["offer_code"]: row for row in self.rows("mart_model_monitoring", query)}

    def campaigns(self) -> list[Row]:
        """Campaigns by start, treatment beside control."""
        query = """
            select treatment.campaign_id, treatment.campaign_name, treatment.objective_code,
                treatment.start_date::varchar as start_date, treatment.is_mature,
                treatment.members_count + coalesce(control.members_count, 0) as members,
                treatment.reach_share, treatment.response_share,
                control.response_share as control_share, treatment.itt_share,
                treatment.itt_ci_low_share as low, treatment.itt_ci_high_share as high,
                treatment.cost_yuan::double as cost_yuan,
                treatment.incremental_margin_yuan::double as margin_yuan
            from mart_campaign_review as treatment
            left join mart_campaign_review as control
                on treatment.campaign_id = control.campaign_id and control.arm_code = 'control'
            where treatment.arm_code = 'treatment'
            order by treatment.start_date, treatment.campaign_id
        """
        return self.rows("mart_campaign_review", query)
