"""The report's pictures: drawn by Altair, kept as SVG, so that the page needs no script.

What does not belong here: figures, words around a picture, how every picture looks (drawing.py).
"""

import math
from collections.abc import Sequence

from warehouse.report.drawing import BLUE, GREEN, INK, RED, SOFT, Row, room, svg, values
from warehouse.report.labels import segment_label
from warehouse.report.page import Html


def segment_bars(scheme: str, rows: Sequence[Row]) -> Html:
    """Customers per segment; what a customer of it is billed stands behind the bar."""
    import altair as alt

    shown = [
        {
            "segment": segment_label(scheme, row["segment_code"]),
            "customers": row["customers"] or 0,
            "text": _size(row),
        }
        for row in rows
    ]
    base = alt.Chart(values(shown)).encode(
        y=alt.Y("segment:N", sort=None, title=None),
        x=alt.X("customers:Q", title=None, axis=None, scale=room(shown, "customers", 1.75)),
    )
    bars = base.mark_bar(color=BLUE, height={"band": 0.62})
    text = base.mark_text(align="left", dx=6, color=SOFT, fontSize=11.5).encode(text="text:N")
    return svg((bars + text).properties(width=330, height=24 * len(shown)))


def lifecycle_map(rows: Sequence[Row], columns: Sequence[str]) -> Html:
    """Means by stage; the colour compares a stage with the mean of all stages."""
    import altair as alt

    base = alt.Chart(values(rows)).encode(
        x=alt.X(
            "stage:N",
            sort=list(columns),
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False),
        ),
        y=alt.Y(
            "indicator:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=460, domain=False, ticks=False),
        ),
    )
    colours = ["#e0a99c", "#ffffff", "#94b8d8"]
    scale = alt.Scale(domain=[-2, 0, 2], range=colours, clamp=True, interpolate="rgb")
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("index:Q", scale=scale, legend=None)
    )
    text = base.mark_text(color=INK, fontSize=12).encode(text="text:N")
    height = 27 * len({row["indicator"] for row in rows})
    return svg((cells + text).properties(width=100 * len(columns), height=height))


def lift(rows: Sequence[Row]) -> Html:
    """Lift per tenth of the hold-out; 1 is no better than chance."""
    import altair as alt

    shown = [row | {"text": f"{row['lift']:.1f}"} for row in rows]
    base = alt.Chart(values(shown, "decile", "lift", "text")).encode(
        x=alt.X("decile:O", title="tenth, most likely first 十分位", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("lift:Q", title="lift 提升度", scale=room(shown, "lift", 1.15)),
    )
    bars = base.mark_bar(color=BLUE, width={"band": 0.7})
    text = base.mark_text(dy=-7, color=SOFT, fontSize=11).encode(text="text:N")
    one = alt.Chart(values([{"one": 1}])).mark_rule(color=RED, strokeDash=[4, 3]).encode(y="one:Q")
    return svg((bars + text + one).properties(width=390, height=190))


def calibration(rows: Sequence[Row]) -> Html:
    """Predicted against observed shares; on the line the model says what happens."""
    import altair as alt

    top = max(max(row["mean_predicted_share"], row["observed_share"]) for row in rows) * 1.08
    scale = alt.Scale(domain=[0, top or 1], nice=False)
    axis = alt.Axis(format=".0%" if top > 0.15 else ".1%", tickCount=6)
    points = alt.Chart(values(rows, "mean_predicted_share", "observed_share"))
    dots = points.mark_circle(color=BLUE, size=70, opacity=0.9).encode(
        x=alt.X("mean_predicted_share:Q", title="predicted 预测响应率", scale=scale, axis=axis),
        y=alt.Y("observed_share:Q", title="observed 实际响应率", scale=scale, axis=axis),
    )
    ends = values([{"p": 0, "o": 0}, {"p": top, "o": top}])
    line = alt.Chart(ends).mark_line(color=SOFT, strokeDash=[4, 3], strokeWidth=1)
    return svg((line.encode(x="p:Q", y="o:Q") + dots).properties(width=300, height=190))


def effects(rows: Sequence[Row], low: float, high: float) -> Html:
    """What campaigns changed, with 95 % intervals, on a scale from `low` to `high`."""
    import altair as alt

    shown = [
        {
            "campaign": f"{row['campaign_name']}  {row['start_date']}",
            "effect": row["itt_share"],
            "low": row["low"],
            "high": row["high"],
            "is": "gain" if row["low"] > 0 else "loss" if row["high"] < 0 else "unclear",
        }
        for row in rows
    ]
    colour = alt.Color(
        "is:N",
        legend=None,
        scale=alt.Scale(domain=["gain", "unclear", "loss"], range=[GREEN, SOFT, RED]),
    )
    base = alt.Chart(values(shown)).encode(
        y=alt.Y(
            "campaign:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=250, minExtent=250, maxExtent=250),
        ),
        color=colour,
    )
    axis = alt.Axis(format="+.0%", tickCount=8)
    title = "difference in response against the hold-out 与对照组响应率之差"
    spans = base.mark_rule(strokeWidth=1.6).encode(
        x=alt.X("low:Q", title=title, axis=axis, scale=alt.Scale(domain=[low, high], nice=False)),
        x2="high:Q",
    )
    dots = base.mark_circle(size=52, opacity=1).encode(x="effect:Q")
    zero = alt.Chart(values([{"zero": 0}])).mark_rule(color=INK, strokeWidth=0.8)
    return svg(
        (spans + dots + zero.encode(x="zero:Q")).properties(width=560, height=17 * len(shown))
    )


def log_ratio(value: float | None, overall: float | None) -> float:
    """How far a mean lies from the overall one: 1 is twice as much, -1 half, 0 equal."""
    if not value or not overall or value * overall <= 0:
        return 0.0
    return round(math.log2(value / overall), 3)


def _size(row: Row) -> str:
    if row["customers"] is None:
        return "too few to show 样本过小"
    billed = "" if row["billed_yuan"] is None else f"  ·  ¥{row['billed_yuan']:,.0f}"
    return f"{row['customers']:,}{billed}"
