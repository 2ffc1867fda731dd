"""64,000 customers of a mail-order house, a third each without mail, with a men's or women's one.

Kevin Hillstrom's challenge of 2008: a random experiment, so that effect can be told from response.
"""

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from bench.evaluation.frame import frame
from ml import qini, uplift
from ml.uplift import Trial

ARMS = {"Mens E-Mail": 0.0766, "Womens E-Mail": 0.0452}
"""With the published effect on visits."""
KNOWN_BEFORE = "recency, history, mens, womens, mens * womens as both, newbie, zip_code, channel"


def trial(folder: Path, arm: str) -> Trial:
    """Return the people of one arm and of none, with a visit within two weeks as the response."""
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        people = con.sql(f"""
            select {KNOWN_BEFORE}, visit, segment = '{arm}' as is_treated
            from read_csv('{folder}/hillstrom/hillstrom.csv')
            where segment in ('{arm}', 'No E-Mail')
        """)
        given = frame(people.select("* exclude (is_treated)"), "visit")
        treated = people.fetchnumpy()["is_treated"]
    rows = len(treated)
    digests = (hashlib.md5(str(row).encode()).hexdigest() for row in range(rows))
    return Trial(
        matrix=given.matrix,
        treated=np.asarray(treated).astype(bool),
        response=given.label.astype(bool),
        customer=np.arange(rows).astype(str),
        fold=np.array([int(digest[:8], 16) % uplift.FOLDS for digest in digests]),
        margin=0.0,
        cost=0.0,
    )


def judged(folder: Path, arm: str) -> dict[str, Any]:
    """Return what `ml.uplift` says of one arm."""
    people = trial(folder, arm)
    return uplift.judge(people, uplift.cross_fitted(people))


def lines(folder: Path) -> list[tuple[str, object, str]]:
    """Return (figure, value, interval or what to compare with)."""
    rows: list[tuple[str, object, str]] = []
    for arm, published in ARMS.items():
        found = judged(folder, arm)
        effect = found["effect"]
        rows.append(
            (f"{arm}: effect on visits", f"{effect.value:.4f}",
             f"{effect.low:.4f} to {effect.high:.4f}, published {published}")
        )  # fmt: skip
        for name, figures in found["rankings"].items():
            over = figures["qini_over_response"]
            rows.append(
                (f"{arm}: Qini of {name}", _shown(figures["qini"]),
                 f"random 0; over response {_shown(over)}")
            )  # fmt: skip
    return rows


def _shown(found: qini.Interval) -> str:
    return f"{found.value:.4f} ({found.low:.4f} to {found.high:.4f})"
