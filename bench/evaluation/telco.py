"""Churn of 7,043 customers of a telephone company (IBM), by customer: the data know one day only.

Five times a fifth is judged by a model of the others. Such folds flatter: nothing has had time to
change between learning and judging.
"""

import hashlib
from pathlib import Path

import duckdb
import numpy as np

from bench.evaluation.frame import DRAWS, SEED, Frame, frame, interval, judge
from ml import metrics

FOLDS = 5


def read(folder: Path, with_score: bool = False) -> tuple[Frame, np.ndarray]:
    """Return customers and the fold of each; with the company's own churn score, a leak."""
    path = folder / "telco_ibm" / "Telco-Customer-Churn.csv"
    with duckdb.connect() as con:
        customers = con.sql(f"""
            select * replace (
                try_cast(TotalCharges as double) as TotalCharges, Churn = 'Yes' as Churn)
            from read_csv('{path}', all_varchar = false, types = {{'TotalCharges': 'varchar'}})
            order by customerID
        """)
        keys = [key for (key,) in customers.select("customerID").fetchall()]
        given = frame(customers.select("* exclude (customerID)"), "Churn")
    fold = np.array([int(hashlib.md5(key.encode()).hexdigest()[:8], 16) % FOLDS for key in keys])
    if with_score:
        score = _churn_score(folder, keys)
        given = Frame(
            (*given.names, "Churn Score"), np.column_stack([given.matrix, score]), given.label
        )
    return given, fold


def parts(fold: np.ndarray, held: int) -> np.ndarray:
    """Test on one fold, calibrate on the next, fit on the others."""
    part = np.full(len(fold), "fit", "<U9")
    part[fold == (held + 1) % FOLDS] = "calibrate"
    part[fold == held] = "test"
    return part


def scored(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and the probability of every customer by a model that never saw him or her."""
    given, fold = read(folder)
    p = np.zeros(len(fold))
    for held in range(FOLDS):
        p[fold == held] = judge("telco_ibm", given, parts(fold, held)).p
    return given.label, p


def lines(folder: Path) -> list[tuple[str, object, str]]:
    """Return (figure, value, interval or what to compare with)."""
    label, p = scored(folder)
    rng = np.random.default_rng(SEED)
    picks = [rng.integers(0, len(p), len(p)) for _ in range(DRAWS)]
    low, high = interval([metrics.auc(label[pick], p[pick]) for pick in picks])
    bins = metrics.calibration_bins(label, p)
    error, noise = metrics.calibration_error(bins), metrics.calibration_noise(bins)
    best = metrics.lift_table(label, p, p)[0]
    return [
        ("AUC", f"{metrics.auc(label, p):.3f}", f"{low:.3f} to {high:.3f}, baseline .845"),
        ("calibration error", f"{error:.4f}", f"chance alone gives {noise:.4f}"),
        ("churn in the best tenth", f"{best['observed_share']:.3f}",
         f"predicted {best['mean_predicted_share']:.3f}, of all {label.mean():.3f}"),
    ]  # fmt: skip


def _churn_score(folder: Path, keys: list[str]) -> np.ndarray:
    from openpyxl import load_workbook

    path = folder / "telco_ibm_extended" / "Telco_customer_churn.xlsx"
    rows = load_workbook(path, read_only=True).active.iter_rows(values_only=True)
    head = next(rows)
    key, score = head.index("CustomerID"), head.index("Churn Score")
    found = {row[key]: row[score] for row in rows}
    return np.array([float(found[name]) for name in keys])
