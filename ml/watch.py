"""Looks after the models in service: judges their weeks, stops one that has gone wrong, reports.

A stopped champion stays in the store and serves no new scores; the last ones are marked stale. It
serves again by a person's word (`rapport models promote`), judged on later weeks only; a challenger
that passes its gates takes its place. What does not belong here: rules (`verdict.py`).
"""

import logging
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from ml import drift, features, live, store, verdict
from ml.declaration import PropensityModel
from ml.registry import declaration
from warehouse.errors import RapportError
from warehouse.files import write_parquet
from warehouse.layouts.scores import MONITORING, monitoring_file, served_file
from warehouse.settings import Settings

log = logging.getLogger("rapport")


def look_back(settings: Settings, offer: str, as_of: date) -> list[dict[str, Any]]:
    """Judge all weeks served before `as_of`, and stop the champion if one of its own is wrong."""
    model, served = declaration(offer), live.days(settings, offer, as_of)
    if not served:
        return []
    with features.connect(settings) as con:
        found = live.outcomes(settings, con, model, served, as_of)
    weeks = [
        _week(model, day, as_of, found.get((day.week, day.version), {}))
        for day in live.last_of_weeks(served)
    ]
    _judge(weeks)
    if not store.stopped(settings, offer):
        _stop_if_wrong(settings, offer, served, weeks)
    return weeks


def require_serving(settings: Settings, offer: str) -> None:
    """Refuse to score by a champion that is stopped (RP-4013)."""
    if stop := store.stopped(settings, offer):
        version = store.champion(settings, offer)
        raise RapportError(
            "RP-4013", offer=offer, version=version, reason=stop["reason"], week=stop["week"]
        )


def report(
    settings: Settings, offer: str, as_of: date, weeks: list[dict[str, Any]], is_scored: bool
) -> list[dict[str, Any]]:
    """Write the weeks before today, and today's if the offer was scored; return them."""
    if is_scored:
        noted = served_file(settings.lake, offer, as_of).read_text()
        today = live.read_day(noted, as_of)
        key = (today.week, today.version)
        weeks = [week for week in weeks if (week["week_date"], week["model_version"]) != key]
        weeks.append(_week(declaration(offer), today, as_of, {}))
        _judge(weeks)
    if stop := store.stopped(settings, offer):
        for week in weeks:
            if week["scored_as_of_date"] == date.fromisoformat(stop["served"]):
                week["state_code"], week["reason_code"] = "stale", stop["reason"]
    table = pa.Table.from_pylist(weeks, schema=MONITORING)
    write_parquet(table, monitoring_file(settings.lake, offer))
    return weeks


def _stop_if_wrong(
    settings: Settings, offer: str, served: list[live.Day], weeks: list[dict[str, Any]]
) -> None:
    champion, since = store.champion(settings, offer), store.forgiven(settings, offer)
    wrong = [
        week
        for week in weeks
        if (week["model_version"], week["state_code"]) == (champion, "stopped")
        and (since is None or week["week_date"] > since)
    ]
    if wrong:
        last = max(day.day for day in served if day.version == champion)
        store.stop(settings, offer, wrong[-1]["week_date"], last, wrong[-1]["reason_code"])
        log.warning("%s: %s is stopped, %s", offer, champion, wrong[-1]["reason_code"])


def _week(
    model: PropensityModel, day: live.Day, as_of: date, found: dict[str, Any]
) -> dict[str, Any]:
    followed = {name: index for name, index in day.drift.items() if name != drift.SCORE}
    moved = max(followed, key=lambda name: (followed[name], name), default=None)
    return dict.fromkeys(MONITORING.names) | {
        "offer_code": model.offer,
        "model_version": day.version,
        "method_code": day.method,
        "week_date": day.week,
        "scored_as_of_date": day.day,
        "as_of_date": as_of,
        "customers_count": day.customers,
        "matured_count": 0,
        "positives_count": 0,
        "score_drift_index": day.drift.get(drift.SCORE),
        "indicator_drift_index": followed.get(moved),
        "drifted_indicator_name": moved,
        **found,
    }


def _judge(weeks: list[dict[str, Any]]) -> None:
    before: dict[str, dict[str, Any]] = {}
    for week in sorted(weeks, key=lambda week: week["week_date"]):
        version, last = week["model_version"], week["week_date"] - timedelta(days=7)
        earlier = before.get(version, {})
        running = earlier if earlier.get("week_date") == last else {}
        week["state_code"], week["reason_code"] = verdict.judged(week, running)
        before[version] = week
