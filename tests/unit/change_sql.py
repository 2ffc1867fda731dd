"""The judgement of abnormal change as it stands in `dbt/macros`, rendered without dbt.

So panels with known shocks, and public data, are judged by the very text the product runs. What
does not belong here: assertions.
"""

from dataclasses import dataclass, field
from datetime import date

import duckdb
import pandas as pd
from jinja2 import Environment

from warehouse.settings import CHECKOUT

MACROS = "".join(
    path.read_text() for path in sorted((CHECKOUT / "dbt" / "macros" / "change").glob("*.sql"))
)
JUDGED = """with
watched as (select * from watched_series), calendar as (select * from change_calendar),
run_context as (select as_of_date from run_day),
series as (
    select s.* from all_series as s cross join run_context where s.event_date <= as_of_date
),
{{ recurring_days() }}, {{ surprises() }}, {{ spreads() }}, {{ rated() }}, {{ judged() }}
select * from judged order by entity_id, indicator_name"""
CALENDAR = """create table change_calendar as
    select
        day::date as calendar_date,
        case when day::date in (select * from holidays) then 'holiday'
            else concat('weekday_', isodow(day)) end as season_code,
        isodow(day) >= 6 or day::date in (select * from holidays) as is_day_off,
        day(day)::integer as month_day
    from generate_series(date '2023-01-01', date '2027-12-31', interval 1 day) as days (day)"""


@dataclass(frozen=True)
class Watched:
    """One line of the seed `key_indicators`, as far as the judgement reads it."""

    indicator_name: str
    kind_code: str = "amount"
    window_days: int = 1
    is_quiet_zero: bool = True
    minimum_history: int = 14
    negligible_value: float = 1.0
    at_risk_count: int = 0


@dataclass
class Judge:
    """Series with their calendar, to be judged on any day."""

    series: pd.DataFrame
    watched: list[Watched]
    holidays: list[date] = field(default_factory=list)
    smallest_group: int = 20

    def __post_init__(self) -> None:
        """Load the series into a database of their own."""
        self.con = duckdb.connect()
        self.con.execute("set threads = 1")
        columns = [
            "entity_id",
            "cohort_code",
            "indicator_name",
            "event_date",
            "value",
            "base_value",
        ]
        rows = self.series.assign(base_value=self.series.get("base_value"))[columns]
        watched = pd.DataFrame([vars(line) for line in self.watched])
        days = pd.DataFrame({"day": pd.Series(self.holidays, dtype="object")})
        rows = rows.assign(entity_id=rows["entity_id"].astype(str))
        self.con.register("rows", rows)
        self.con.register("lines", watched)
        self.con.register("days", days)
        self.con.execute("create table holidays as select day::date from days")
        self.con.execute(CALENDAR)
        self.con.execute("create table watched_series as from lines")
        self.con.execute(
            """create table all_series as select
            entity_id, cohort_code::varchar as cohort_code, indicator_name,
            event_date::date as event_date, value as actual_value,
            base_value::double as base_value from rows"""
        )
        text = Environment(extensions=["jinja2.ext.do"]).from_string(MACROS + JUDGED)
        self.query = text.render(
            days_between=lambda first, last: f"date_diff('day', {first}, {last})",
            running_median=lambda column, window: f"median({column}) over {window}",
            smallest_group=lambda: str(self.smallest_group),
        )

    def on(self, day: date) -> pd.DataFrame:
        """Judge the values of `day` against everything before it."""
        self.con.execute(f"create or replace table run_day as select date '{day}' as as_of_date")
        return self.con.sql(self.query).df()
