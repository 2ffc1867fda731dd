"""Pictures of key figures: their days, and through whom one changed.

What does not belong here: figures, words around a picture, how every picture looks (drawing.py).
"""

from collections.abc import Sequence

from warehouse.report.drawing import BLUE, GREEN, INK, RED, SOFT, Row, svg, values
from warehouse.report.page import Html

SHARE = "share"


def days(rows: Sequence[Row], unit: str, marked: Sequence[str]) -> Html:
    """A key figure by day; the days that are compared are marked."""
    import altair as alt

    shown = [row | {"is_marked": row["day"] in marked} for row in rows]
    number = ".0%" if unit == SHARE else "~s"
    base = alt.Chart(values(shown)).encode(
        x=alt.X("day:T", title=None, axis=alt.Axis(format="%m-%d", tickCount=8, grid=False)),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(format=number, tickCount=5)),
    )
    line = base.mark_line(color=BLUE, strokeWidth=1.3)
    dots = base.mark_circle(color=RED, size=64, opacity=1).transform_filter("datum.is_marked")
    return svg((line + dots).properties(width=920, height=130))


def contributions(rows: Sequence[Row], unit: str, is_good: int) -> Html:
    """What each member added to a change or took from it; green where that is to be wished.

    Args:
        rows: Members with `label` and `change_value`, in the order they are shown.
        unit: Unit of the key figure.
        is_good: 1 when more is better, -1 when less is, 0 when neither.
    """
    import altair as alt

    shown = [
        {
            "member": row["label"],
            "change": row["change_value"],
            "text": change_text(row["change_value"], unit),
            "is": (row["change_value"] > 0) - (row["change_value"] < 0),
        }
        for row in rows
    ]
    widest = max(abs(row["change"]) for row in shown) or 1
    scale = alt.Scale(domain=[-1.9 * widest, 1.9 * widest], nice=False)  # room for the numbers
    colours = {1: [RED, SOFT, GREEN], -1: [GREEN, SOFT, RED], 0: [BLUE, SOFT, BLUE]}[is_good]
    axis = alt.Axis(labelLimit=190, minExtent=190, domain=False, ticks=False)
    base = alt.Chart(values(shown)).encode(
        y=alt.Y("member:N", sort=None, title=None, axis=axis),
        x=alt.X("change:Q", title=None, axis=None, scale=scale),
    )
    bars = base.mark_bar(height={"band": 0.62}).encode(
        color=alt.Color("is:O", legend=None, scale=alt.Scale(domain=[-1, 0, 1], range=colours))
    )
    texts = [
        base.mark_text(align=align, dx=dx, color=SOFT, fontSize=11.5)
        .encode(text="text:N")
        .transform_filter(test)
        for align, dx, test in (
            ("left", 5, "datum.change >= 0"),
            ("right", -5, "datum.change < 0"),
        )
    ]
    zero = alt.Chart(values([{"zero": 0}])).mark_rule(color=INK, strokeWidth=0.8).encode(x="zero:Q")
    return svg(alt.layer(bars, *texts, zero).properties(width=230, height=24 * len(shown)))


def change_text(value: float, unit: str) -> str:
    """A change with its sign; of a share in points of a hundred."""
    if unit == SHARE:
        return f"{value * 100:+.1f} pp"
    return f"{value:+,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:+,.2f}"
