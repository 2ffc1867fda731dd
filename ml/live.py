"""What came of the scores that were served: figures per week, offer and version.

Served is what a publication was made of. Where everybody scored has an outcome (leaving, taking a
product out), the last day of a week stands for it: scores of neighbouring days are nearly the same
and would count one customer seven times. Where only contacts have one, each meets the last score
before it. What does not belong here: what is good enough (`verdict.py`).
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np

from ml import labels, metrics, store
from ml.declaration import PropensityModel
from ml.verdict import LEAST_OUTCOMES
from warehouse.errors import RapportError
from warehouse.layouts.scores import scores_file, served_file
from warehouse.ledger import Ledger
from warehouse.literals import quoted
from warehouse.publication.published import PUBLISHED
from warehouse.settings import Settings

HISTORY_DAYS = 91
"""A quarter: an outcome needs a month, which leaves two months of weeks to judge."""
LISTED_DAYS = 31
"""A list is worked off within a month of its scores; a later contact had another reason."""
DIGITS = 6
"""Sums of threads differ later."""


@dataclass(frozen=True)
class Day:
    """One day on which an offer's scores were served."""

    day: date
    version: str
    method: str
    customers: int
    drift: dict[str, float]

    @property
    def week(self) -> date:
        """The Monday of its week."""
        return self.day - timedelta(days=self.day.weekday())


def days(settings: Settings, offer: str, as_of: date) -> list[Day]:
    """Return the days before `as_of` that were scored and published, in order."""
    if not settings.ledger_file.exists():
        return []
    ledger = Ledger(settings.ledger_file)
    out = {found.as_of for found in ledger.generations() if found.state == PUBLISHED}
    ledger.close()
    found = []
    for day in sorted(day for day in out if as_of - timedelta(HISTORY_DAYS) <= day < as_of):
        path = served_file(settings.lake, offer, day)
        if path.exists():
            found.append(read_day(path.read_text(), day))
    since = {
        version: _ahead_since(settings, offer, version) for version in {d.version for d in found}
    }
    return [day for day in found if day.day >= since[day.version]]


def read_day(text: str, day: date) -> Day:
    """Return what was noted beside a day's scores."""
    noted = json.loads(text)
    return Day(day, noted["version"], noted["method"], noted["customers"], noted["drift"])


def last_of_weeks(served: list[Day]) -> list[Day]:
    """Return the last day per week and version."""
    return list({(day.week, day.version): day for day in served}.values())


def outcomes(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    model: PropensityModel,
    served: list[Day],
    as_of: date,
) -> dict[tuple[date, str], dict[str, Any]]:
    """Return the figures of every week and version of which outcomes have matured by `as_of`."""
    window_to = as_of - timedelta(days=model.horizon_days)
    asked = served if model.label == "response" else last_of_weeks(served)
    asked = [day for day in asked if day.day <= window_to]
    if not asked:
        return {}
    files = ", ".join(
        quoted(str(scores_file(settings.lake, model.offer, day.day))) for day in asked
    )
    con.execute(f"""
        create or replace temporary view served as
        select customer_key, as_of_date, p_response, p_raw, decile
        from read_parquet([{files}], hive_partitioning = false)
    """)
    rows = con.sql(
        f"""
        with event as ({labels.LABELS[model.label](model, "served")}),
        dated as (
            select a.anchor_date, max(d.day) as as_of_date
            from (select distinct anchor_date from event) as a
            inner join (select unnest($days) as day) as d
                on d.day < a.anchor_date and d.day >= a.anchor_date - {LISTED_DAYS}
            group by a.anchor_date
        )
        select s.as_of_date, s.p_response, s.p_raw, s.decile, e.is_positive
        from event as e
        inner join dated as d on d.anchor_date = e.anchor_date
        inner join served as s
            on s.customer_key = e.customer_key and s.as_of_date = d.as_of_date
        """,
        params={
            "horizon": model.horizon_days,
            "window_to": window_to,
            "days": [day.day for day in asked],
        },
    ).to_arrow_table()
    column = {name: rows[name].to_numpy() for name in rows.column_names}
    seen_on = column["as_of_date"].astype("datetime64[D]")
    found = {}
    for key in sorted({(day.week, day.version) for day in asked}):
        here = np.isin(seen_on, [np.datetime64(d.day) for d in asked if (d.week, d.version) == key])
        if here.any():
            found[key] = figures(
                column["is_positive"][here].astype(np.int8),
                column["p_response"][here],
                column["p_raw"][here],
                column["decile"][here] == 1 if model.method == "behaviour" else None,
            )
    return found


def figures(
    label: np.ndarray, p: np.ndarray, p_raw: np.ndarray, is_best: np.ndarray | None
) -> dict[str, Any]:
    """Return calibration, and of a ranking also AUC and the lift of its best tenth.

    The interval of the gap is Wilson's (1927) of the observed share, that of the AUC Hanley and
    McNeil's (1982), both 95 %.
    """
    n, seen = len(label), int(label.sum())
    observed, predicted = seen / n, float(p.mean())
    low, high = metrics.wilson(seen, n)
    found: dict[str, Any] = {
        "matured_count": n,
        "positives_count": seen,
        "predicted_share": predicted,
        "observed_share": observed,
        "gap_share": observed - predicted,
        "gap_ci_low_share": low - predicted,
        "gap_ci_high_share": high - predicted,
    }
    if is_best is not None and min(seen, n - seen) >= LEAST_OUTCOMES:
        area = metrics.auc(label, p + 1j * p_raw)
        spread = metrics.NORMAL_95 * metrics.auc_standard_error(area, seen, n - seen)
        found |= {"auc": area, "auc_ci_low": area - spread, "auc_ci_high": area + spread}
        if is_best.any():
            found["lift"] = float(label[is_best].mean()) / observed
    return {name: round(value, DIGITS) for name, value in found.items()}


def _ahead_since(settings: Settings, offer: str, version: str) -> date:
    """The day from which the outcomes a model had learnt from were over.

    Before it somebody looked back to a day before the model; a model without a sound card counts.
    """
    with suppress(RapportError):
        card = store.read_card(settings, offer, version)
        last = date.fromisoformat(card["windows"]["test"]["to"])
        return last + timedelta(days=card["label"]["horizon_days"])
    return date.min
