"""How every picture of the report is drawn: colours, type, scales, and SVG that needs no script.

The libraries are imported inside functions, because loading them takes a second. What does not
belong here: pictures.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from warehouse.report.page import Html

Row = dict[str, Any]
INK, SOFT, LINE = "#1b2430", "#5d6b7a", "#dfe4ea"
BLUE, PALE, RED, GREEN = "#2b5c8a", "#a9c1d9", "#b0323f", "#2f7d5b"
FONT = "Inter, 'Segoe UI', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


def values(rows: Iterable[Row], *names: str) -> Any:
    """Rows as data of a chart, all columns or those named."""
    import altair as alt

    return alt.Data(
        values=[{name: row[name] for name in names} if names else dict(row) for row in rows]
    )


def room(rows: Sequence[Row], name: str, factor: float) -> Any:
    """A scale with room for the text behind the longest bar."""
    import altair as alt

    return alt.Scale(domain=[0, (max(row[name] for row in rows) or 1) * factor], nice=False)


def svg(chart: Any) -> Html:
    """Draw a chart; equal charts give equal text."""
    import altair as alt
    import vl_convert

    styled = (
        chart.configure(font=FONT, background="white")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=SOFT,
            titleFontWeight="normal",
            titleFontSize=12,
            labelFontSize=12,
            gridColor=LINE,
            domainColor=LINE,
            tickColor=LINE,
        )
    )
    version = re.sub(r"^v(\d+\.\d+).*", r"\1", alt.SCHEMA_VERSION)
    return Html(vl_convert.vegalite_to_svg(styled.to_dict(), vl_version=version))
