"""Fetch, score, explain and write an offer over 200 features, against the estimator alone."""

from datetime import date
from pathlib import Path

import numpy as np

from ml import features, metrics, store
from ml.registry import declaration
from warehouse.settings import Settings

SIZE = 1_000_000
OFFER, VERSION = "fibre_upgrade", "0" * 16
AS_OF = date(2026, 11, 7)
TABLES, COLUMNS = 10, 20
READY = 200_000
"""Rows of the ready array; it is predicted as often as it takes to reach the size."""


def prepare(folder: Path, size: int) -> None:
    """Write a warehouse of one snapshot in ten tables, and a champion learnt from some of it."""
    import duckdb

    settings = _settings(folder)
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("create schema indicators; create schema marts; create schema customer")
        con.execute(
            "create table marts.dim_indicator (indicator_code bigint, indicator_name varchar, "
            "table_name varchar, direction_code varchar, is_sensitive boolean, label_en varchar, "
            "label_zh varchar)"
        )
        for table in range(TABLES):
            _write_table(con, table, size)
        con.execute(
            "create table customer.dim_customer as "
            "select customer_key, 'C' as party_type_code from indicators.ind_service"
        )
    _store_champion(settings, size)


def floor(folder: Path) -> None:
    """Only the estimator: the array is there, nothing is written."""
    estimator = store.load(_settings(folder), OFFER, VERSION).fitted.estimator
    ready, size = np.load(folder / "ready.npy"), int((folder / "size").read_text())
    for _ in range(-(-size // len(ready))):
        estimator.predict_proba(ready)


def score(folder: Path) -> None:
    """The whole score path of a run: read, score, reasons, ranks, Parquet."""
    from ml.score import score_offer

    found = score_offer(_settings(folder), OFFER, AS_OF)
    if found.rows != int((folder / "size").read_text()):
        raise ValueError("somebody was not scored")


SIDES = {"the estimator alone": floor, "the score path": score}


def _settings(folder: Path) -> Settings:
    return Settings(home=folder)


def _write_table(con: object, table: int, size: int) -> None:
    """One snapshot of twenty numbers a customer, a tenth of them missing."""
    names = [f"f_{table}_{column}" for column in range(COLUMNS)]
    name = "ind_service" if not table else f"ind_table_{table}"
    values = [
        f"case when hash(n, '{column}') % 10 > 0 "
        f"then cast(hash('{column}', n) % 10007 as double) end as {column}"
        for column in names
    ]
    if not table:
        names, values = ["is_active", *names[1:]], ["1::double as is_active", *values[1:]]
    con.execute(
        f"create table indicators.{name} as select concat('c', lpad(n::varchar, 11, '0')) as "
        f"customer_key, date '{AS_OF}' as as_of_date, {', '.join(values)} from range({size}) r(n)"
    )
    con.executemany(
        "insert into marts.dim_indicator values (?, ?, ?, 'neutral', false, ?, ?)",
        [(101_000_400 + 1000 * (COLUMNS * table + place), column, name, f"Number {column}",
          f"数字{column}") for place, column in enumerate(names)],
    )  # fmt: skip


def _store_champion(settings: Settings, size: int) -> None:
    """Learn a planted outcome from some rows; the card holds what scoring reads of it."""
    from ml import attribution, estimators, serialise

    people = f"(select *, row_number() over (order by customer_key) - 1 as row_id from " \
        f"(select customer_key, as_of_date from indicators.ind_service limit {READY}))"  # fmt: skip
    with features.connect(settings) as con:
        known = features.chosen(features.catalogue(con), declaration(OFFER))
        ready = features.matrix(con, people, known, min(size, READY))
    np.save(settings.home / "ready.npy", ready)
    (settings.home / "size").write_text(str(size))
    rows = ready[:20_000]
    odds = np.nan_to_num(rows[:, 3:9] / 10007).sum(axis=1) - 3.5
    label = (np.random.default_rng(1).random(len(rows)) < 1 / (1 + np.exp(-odds))).astype(int)
    estimator = estimators.candidates(1, len(rows), np.zeros(len(known), int))[estimators.TREES]
    fitted = estimators.fit(estimators.TREES, estimator, (rows, label), (rows, label))
    weight = np.abs(attribution.contributions(fitted, rows[:2000])).mean(axis=0)
    entries = [
        {"name": feature.name, "weight": float(heavy), "median": float(usual)}
        for feature, heavy, usual in zip(known, weight, np.nanmedian(rows, axis=0), strict=True)
    ]
    raw = fitted.raw(rows)
    card = {
        "offer": OFFER,
        "version": VERSION,
        "features": entries,
        "holdout_kind": "none",
        "windows": {"test": {"from": str(AS_OF), "to": str(AS_OF)}},
        "test": metrics.summary(label, fitted.calibrated(raw), raw),
    }
    store.save(settings, OFFER, VERSION, serialise.dump(fitted), card, {"promote": True}, {})
    store.promote(settings, OFFER, VERSION, "benchmark")
