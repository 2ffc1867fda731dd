"""Which rows a model is fitted, calibrated and tested on: ordered in time where there is time.

What does not belong here: what a row means (`labels.py`) or what it contains (`features.py`).
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import duckdb
import numpy as np

from ml import features
from ml.declaration import PropensityModel
from ml.features import Feature
from warehouse.errors import RapportError

PARTS = ("fit", "calibrate", "test")
MINIMUM = {"fit": 50, "calibrate": 20, "test": 20}
"""Rows of each class; with 20 positives the standard error of an AUC of .7 is about .06."""
LATER_SHARE = 0.2
"""Of the positives, the least that the test gets, and the calibration of what is left then."""
BLOCKS = 100
HELD_OUT = {"test": 0.2, "calibrate": 0.4}
"""Upper ends of a customer's draw when time cannot split."""
NEGATIVES_PER_POSITIVE = 10
"""In the fit part: with k of them an estimate is k / (k + 1) as sharp as with all there are."""
MAX_LATER_ROWS = 20_000
"""Calibration and test are thinned evenly above this, positives and negatives alike."""


@dataclass(frozen=True)
class Plan:
    """Where the parts lie: by snapshot date, or by customer when there are too few dates."""

    holdout_kind: str
    part_of: dict[date, str]
    counts: dict[str, tuple[int, int]]
    """(negatives, positives) per part, before thinning."""


@dataclass(frozen=True)
class TrainingSet:
    """Rows part by part, each in a fixed order, with label and features."""

    features: list[Feature]
    part: np.ndarray
    day: np.ndarray
    """The snapshot each row sees."""
    block: np.ndarray
    """Of customers, 0 to 99: all rows of a customer are in one block."""
    label: np.ndarray
    matrix: np.ndarray
    keys: bytes
    windows: dict[str, tuple[date, date]]
    kept: dict[str, tuple[float, float]]
    """Shares of (negatives, positives) that thinning left, per part."""

    @cached_property
    def digest(self) -> str:
        """A digest of rows, parts, labels and features."""
        digest = hashlib.sha256(self.keys)
        digest.update("\n".join(self.part.tolist()).encode())
        digest.update(self.label.tobytes())
        digest.update(np.ascontiguousarray(self.matrix.T).data)  # as it lies in memory: no copy
        return digest.hexdigest()

    def rows(self, part: str) -> slice:
        """Return where a part lies."""
        inside = np.flatnonzero(self.part == part)
        return slice(int(inside[0]), int(inside[-1]) + 1)

    def of(self, part: str) -> tuple[np.ndarray, np.ndarray]:
        """Return (matrix, label) of one part, without copying."""
        rows = self.rows(part)
        return self.matrix[rows], self.label[rows]

    def only(self, keep: list[Feature]) -> "TrainingSet":
        """Return the same rows with some of the columns, in the order given."""
        place = {feature: position for position, feature in enumerate(self.features)}
        columns = self.matrix.T[[place[feature] for feature in keep]].T
        return replace(self, features=keep, matrix=columns)


def plan(con: duckdb.DuckDBPyConnection) -> Plan:
    """Split the table `outcome`: the latest snapshots test, those before calibrate, the rest fits.

    Raises:
        RapportError: RP-4001 when not even a split by customer leaves enough of both classes.
    """
    blocks = con.sql(
        "select as_of_date, count(*) filter (not is_positive), count(*) filter (is_positive) "
        "from outcome group by as_of_date order by as_of_date desc"
    ).fetchall()
    part_of = _by_time([(day, positives) for day, _, positives in blocks])
    counts = {
        part: (
            sum(negatives for day, negatives, _ in blocks if part_of.get(day) == part),
            sum(positives for day, _, positives in blocks if part_of.get(day) == part),
        )
        for part in PARTS
    }
    if _enough(counts):
        return Plan("time", part_of, counts)
    counts = {
        part: (negatives, positives)
        for part, negatives, positives in con.sql(
            f"select {_customer_part()}, count(*) filter (not is_positive), "
            "count(*) filter (is_positive) from outcome group by 1"
        ).fetchall()
    }
    if _enough(counts):
        return Plan("customer", {}, counts)
    negatives, positives = (sum(pair[side] for pair in counts.values()) for side in (0, 1))
    raise RapportError("RP-4001", positives=positives, negatives=negatives)


def training_set(
    con: duckdb.DuckDBPyConnection, model: PropensityModel, split: Plan, columns: list[Feature]
) -> TrainingSet:
    """Read the rows of a plan, thinned to what a fit needs.

    In the fit part negatives are thinned before positives, which shifts the level of the raw
    scores and not their order; calibration and test are thinned evenly, so calibrated scores have
    the true level.
    """
    keep = {"fit": _case_control(split.counts["fit"], model.max_fit_rows)}
    for part in PARTS[1:]:
        share = min(1.0, MAX_LATER_ROWS / sum(split.counts[part]))
        keep[part] = (share, share)
    days = " ".join(f"when date '{day}' then '{part}'" for day, part in split.part_of.items())
    part = f"case as_of_date {days} end" if days else _customer_part()
    shares = " ".join(
        f"when '{name}' then if(is_positive, {positive!r}, {negative!r})"
        for name, (negative, positive) in keep.items()
    )
    con.execute(f"""
        create or replace temporary table training as
        select
            *,
            row_number() over (order by part, anchor_date, customer_key, unit_id) - 1 as row_id,
            cast(floor(customer_draw * {BLOCKS}) as integer) as customer_block
        from (select *, {part} as part from outcome)
        where draw < case part {shares} end
    """)
    rows = con.sql("select * from training order by row_id").to_arrow_table()
    windows = con.sql("select part, min(anchor_date), max(anchor_date) from training group by part")
    return TrainingSet(
        features=columns,
        part=rows["part"].to_numpy(),
        day=rows["as_of_date"].to_numpy(),
        block=rows["customer_block"].to_numpy(),
        label=rows["is_positive"].to_numpy().astype(np.int8),
        matrix=features.matrix(con, "training", columns, rows.num_rows),
        keys="\n".join(rows["customer_key"].to_pylist()).encode(),
        windows={name: (first, last) for name, first, last in windows.fetchall()},
        kept=keep,
    )


def _by_time(latest_first: list[tuple[date, int]]) -> dict[date, str]:
    remaining = sum(positives for _, positives in latest_first)
    parts, wanted, taken = ["test", "calibrate"], remaining * LATER_SHARE, 0
    part_of = {}
    for day, positives in latest_first:
        part_of[day] = parts[0] if parts else "fit"
        taken, remaining = taken + positives, remaining - positives
        if parts and taken >= wanted:
            parts.pop(0)
            wanted, taken = remaining * LATER_SHARE, 0
    return part_of


def _enough(counts: dict[str, tuple[int, int]]) -> bool:
    return all(min(counts.get(part, (0, 0))) >= least for part, least in MINIMUM.items())


def _customer_part() -> str:
    return (
        f"case when customer_draw < {HELD_OUT['test']} then 'test' "
        f"when customer_draw < {HELD_OUT['calibrate']} then 'calibrate' else 'fit' end"
    )


def _case_control(counts: tuple[int, int], rows: int) -> tuple[float, float]:
    negatives, positives = counts
    rows = min(rows, positives * (1 + NEGATIVES_PER_POSITIVE))
    positive_share = min(1.0, rows / 2 / positives)
    negative_share = min(1.0, (rows - positive_share * positives) / negatives)
    return negative_share, positive_share
