"""Calls of a Portuguese bank, 2008 to 2010, in the order they were made (Moro, Cortez, Rita 2014).

Rolling: learn from the last 20,000 calls, judge the next 2,000. The share of subscribers moves from
4 % to 51 % on the way. The length of the call is known after it and never offered.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from bench.evaluation.frame import DRAWS, SEED, Frame, frame, interval, linear, training_set
from ml import metrics

LEARN, NEXT, LATER = 20_000, 2_000, 2_000
"""Rows to learn from, to judge, and at the end of those learnt from, to calibrate on."""
ECONOMY = ("emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed")
"""The same for everybody called in a month, so they rank nobody within it. They are kept: they hold
the months apart, so that what is learnt of customers is not the difference between months. On the
calls before all judged ones, with and without differ by less than chance (see `early`)."""
LEAK = "duration"


@dataclass(frozen=True)
class Blocks:
    """Labels and probabilities of the judged calls, block by block."""

    labels: list[np.ndarray]
    p: list[np.ndarray]

    def aucs(self) -> list[float]:
        """AUC of each block."""
        pairs = zip(self.labels, self.p, strict=True)
        return [metrics.auc(label, p) for label, p in pairs]

    def pooled(self) -> float:
        """AUC over all blocks."""
        return metrics.auc(np.concatenate(self.labels), np.concatenate(self.p))

    def best_half(self) -> float:
        """Share of all subscribers among the better half of every block."""
        found = sum(
            label[metrics.best_first(p)[: len(p) // 2]].sum()
            for label, p in zip(self.labels, self.p, strict=True)
        )
        return float(found / sum(label.sum() for label in self.labels))

    def resampled(self) -> "list[Blocks]":
        """Calls drawn again within each block."""
        rng = np.random.default_rng(SEED)
        drawn = []
        for _ in range(DRAWS):
            picks = [rng.integers(0, len(label), len(label)) for label in self.labels]
            drawn.append(
                Blocks(
                    [label[pick] for label, pick in zip(self.labels, picks, strict=True)],
                    [p[pick] for p, pick in zip(self.p, picks, strict=True)],
                )
            )
        return drawn


def read(folder: Path, *left_out: str) -> Frame:
    """Read the calls in their order; 999 days since the last contact means never."""
    path = folder / "bank_marketing" / "bank-additional-full.csv"
    with duckdb.connect() as con:
        con.execute("set threads = 1")  # the order of the file is the order in time
        calls = con.sql(f"""
            select * replace (nullif(pdays, 999) as pdays, y = 'yes' as y)
            from read_csv('{path}', delim = ';', header = true)
        """)
        return frame(calls, "y").without(*left_out)


def rolled(calls: Frame, first: int, last: int, learn: int = LEARN) -> Blocks:
    """Judge every block between two rows by a model of the calls before it."""
    labels, p = [], []
    for start in range(first, last, NEXT):
        part = np.full(len(calls.label), "", "<U9")
        part[start - learn : start - LATER] = "fit"
        part[start - LATER : start] = "calibrate"
        part[start : min(start + NEXT, last)] = "test"
        data = training_set(calls, part)
        fitted = linear(data.of("fit"), data.of("calibrate"))
        matrix, label = data.of("test")
        labels.append(label)
        p.append(fitted.calibrated(fitted.raw(matrix)))
    return Blocks(labels, p)


def early(folder: Path) -> dict[str, float]:
    """Median AUC of the blocks before the first judged one, with and without the economy."""
    choices = {"with": (LEAK,), "without": (LEAK, *ECONOMY)}
    return {
        name: float(np.median(rolled(read(folder, *cut), 10_000, LEARN, 8_000).aucs()))
        for name, cut in choices.items()
    }


def lines(folder: Path) -> list[tuple[str, object, str]]:
    """Return (figure, value, interval or what to compare with)."""
    calls = read(folder, LEAK)
    blocks = rolled(calls, LEARN, len(calls.label))
    drawn = blocks.resampled()
    before = early(folder)
    rows: list[tuple[str, object, str]] = [
        ("median block AUC", f"{np.median(blocks.aucs()):.3f}",
         _range([float(np.median(b.aucs())) for b in drawn]) + ", baseline .545"),
        ("pooled AUC", f"{blocks.pooled():.3f}",
         _range([b.pooled() for b in drawn]) + ", baseline .685"),
        ("subscribers in the best half of each block", f"{blocks.best_half():.3f}",
         _range([b.best_half() for b in drawn]) + ", by chance .500"),
        ("early blocks, median AUC with / without the economy",
         f"{before['with']:.3f} / {before['without']:.3f}", "on calls before all judged"),
    ]  # fmt: skip
    tail = slice(-3, None)
    late, late_p = (np.concatenate(part[tail]) for part in (blocks.labels, blocks.p))
    rows.append(
        ("last three blocks: predicted / subscribed", f"{late_p.mean():.3f} / {late.mean():.3f}",
         f"the first three: {np.concatenate(blocks.labels[:3]).mean():.3f} subscribed")
    )  # fmt: skip
    for n, (label, p, area) in enumerate(zip(blocks.labels, blocks.p, blocks.aucs(), strict=True)):
        error = metrics.auc_standard_error(area, int(label.sum()), int((label == 0).sum()))
        rows.append(
            (f"block {n + 1}: AUC", f"{area:.3f}",
             f"± {1.96 * error:.3f}; predicted {p.mean():.3f}, subscribed {label.mean():.3f}")
        )  # fmt: skip
    return rows


def _range(draws: list[float]) -> str:
    low, high = interval(draws)
    return f"{low:.3f} to {high:.3f}"
