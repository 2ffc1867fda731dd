"""Pictures of a hold-out as PNG bytes: lift and gain, calibration, stability.

Drawn without pyplot (no global state, no display) and without a software stamp, so that equal
figures are equal bytes. What does not belong here: computing a figure.
"""

import io
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, GREY = "#1f5fa8", "#9aa0a6"


def draw(title: str, test: dict[str, Any]) -> dict[str, bytes]:
    """Return the pictures of a card's `test` figures by name."""
    return {
        "lift": _lift(title, test),
        "calibration": _calibration(title, test),
        "stability": _stability(title, test),
    }


def _lift(title: str, test: dict[str, Any]) -> bytes:
    figure = _figure()
    left, right = figure.subplots(1, 2)
    rows = test["lift"]
    deciles = [row["decile"] for row in rows]
    left.bar(deciles, [row["lift"] for row in rows], color=BLUE)
    left.axhline(1, color=GREY, linestyle="--")
    left.set(title=f"{title}: lift", xlabel="decile (1 is best)", ylabel="times the average")
    found = np.cumsum([0.0] + [row["customers_count"] * row["observed_share"] for row in rows])
    asked = np.cumsum([0.0] + [row["customers_count"] for row in rows])
    right.plot(asked / asked[-1], found / found[-1], color=BLUE, marker="o", markersize=3)
    right.plot([0, 1], [0, 1], color=GREY, linestyle="--")
    right.set(title="gain", xlabel="share contacted", ylabel="share of responders found")
    return _png(figure)


def _calibration(title: str, test: dict[str, Any]) -> bytes:
    figure = _figure()
    left, right = figure.subplots(1, 2)
    bins = test["calibration"]
    predicted, observed = ([row[key] for row in bins] for key in ("predicted", "observed"))
    spread = [2 * np.sqrt(row["predicted"] * (1 - row["predicted"]) / row["rows"]) for row in bins]
    left.errorbar(predicted, observed, yerr=spread, color=BLUE, fmt="o", markersize=3, capsize=2)
    top = max(*predicted, *observed) * 1.1 + 1e-9
    left.plot([0, top], [0, top], color=GREY, linestyle="--")
    left.set(title=f"{title}: calibration", xlabel="predicted share", ylabel="observed share")
    right.bar(range(1, len(bins) + 1), predicted, color=BLUE)
    right.set(title="predicted share per tenth", xlabel="tenth (1 is lowest)")
    return _png(figure)


def _stability(title: str, test: dict[str, Any]) -> bytes:
    figure = _figure()
    axes = figure.subplots()
    names = [month["as_of_date"] for month in test["months"]]
    axes.bar(names, [month["lift"] for month in test["months"]], color=BLUE, width=0.5)
    axes.axhspan(*test["top_decile_interval"], color=GREY, alpha=0.3)
    axes.axhline(1, color=GREY, linestyle="--")
    axes.set(title=f"{title}: lift of the best tenth by month", ylabel="times the average")
    return _png(figure)


def _figure() -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), dpi=90)  # a computed layout would take twice the time
    figure.subplots_adjust(left=0.07, right=0.98, bottom=0.14, top=0.9, wspace=0.22)
    FigureCanvasAgg(figure)
    return figure


def _png(figure: "Figure") -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()
