"""The SQL of segments as it stands in `dbt/`, rendered without dbt over tables of any origin.

So public data are judged by the very text the product runs. What does not belong here: assertions.
"""

from pathlib import Path

import duckdb
from jinja2 import Environment

from warehouse.settings import CHECKOUT

DBT = CHECKOUT / "dbt"
ENVIRONMENT = Environment(extensions=["jinja2.ext.do"])
MACROS = "".join(
    (DBT / "macros" / f"{name}.sql").read_text()
    for name in ("formulas", "segment_rules", "segment_history")
)
macros = ENVIRONMENT.from_string(MACROS).module
"""`share_banded`, `fifth`, `rfm_tier` and their like, as functions that return SQL."""


def model(path: str) -> str:
    """Return a model of `dbt/models/segments` over tables named as its references."""
    text = (DBT / "models" / "segments" / f"{path}.sql").read_text()
    return ENVIRONMENT.from_string(MACROS + text).render(
        ref=lambda name: name,
        source=lambda _, name: name,
        stale_days=lambda _: "select as_of_date as day_date, 'v' as version from segment_days",
        days_between=lambda first, last: f"date_diff('day', {first}, {last})",
        stale_snapshots=lambda name: f"select * from {name}",
        indicator_value=lambda _: "select * from ind_value",
    )


def load_seed(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a table of a seed, with empty fields as NULL."""
    path: Path = DBT / "seeds" / f"{name}.csv"
    con.execute(f"create table {name} as from read_csv('{path}')")
