"""The report's section about the company's key figures, and why one of them changed.

What does not belong here: queries, pictures, whose change it was (the mart splits it).
"""

from itertools import groupby

from warehouse.report import kpi_charts
from warehouse.report.data import Marts, Row
from warehouse.report.labels import DIMENSIONS, segment_label
from warehouse.report.page import NOTHING, Html, Share, figure, paragraph, table

WISHED = {"higher_is_better": 1, "lower_is_better": -1}
ABNORMAL = Html('<span class="amber">abnormal 异动</span>')


def key_figures(marts: Marts) -> str:
    """All key figures of the day, and the one farthest from its usual taken apart."""
    rows = marts.key_figures()
    if not rows:
        return NOTHING
    head = ("key figure 指标", "today 当日", "a week before 上周同日", "change 变化")
    head += ("spreads from the usual 稳健标准分", "verdict 判定")
    body = [
        (
            f"{row['label_en']} {row['label_zh']}",
            *(_in_unit(row, name) for name in ("kpi_value", "week_before_value", "change_value")),
            None if row["robust_z"] is None else round(row["robust_z"], 1) + 0.0,  # no -0
            ABNORMAL if row["is_alert"] else "usual 正常",
        )
        for row in rows
    ]
    note = (
        f"{rows[0]['kpi_date']}. The usual is what weekday, day of the month, holidays and the"
        " figure's own past made likely. 预期值考虑星期、月内日期、节假日与自身历史。"
    )
    return paragraph(note) + table(head, body) + _taken_apart(marts, rows)


def _taken_apart(marts: Marts, rows: list[Row]) -> str:
    """The change of the figure farthest from its usual, among those that can be split."""
    for row in rows:
        parts = _parts(marts, row["kpi_name"]) if row["change_value"] else {}
        if parts:
            return _change(row, parts, marts.key_figure_days(row["kpi_name"]))
    return ""


def _parts(marts: Marts, name: str) -> dict[str, list[Row]]:
    """Contributions by dimension; a single member would only repeat the whole."""
    found = groupby(marts.contributions(name), key=lambda row: row["dimension_code"])
    parts = {
        dimension: [row | {"label": segment_label(dimension, row["member_code"])} for row in rows]
        for dimension, rows in found
    }
    return {name: parts[name] for name in DIMENSIONS if len(parts.get(name, ())) > 1}


def _change(row: Row, parts: dict[str, list[Row]], days: list[Row]) -> str:
    """The days of one key figure, and what each member added to its change."""
    unit = row["unit_code"]
    change = kpi_charts.change_text(row["change_value"], unit)
    line = kpi_charts.days(days, unit, (row["kpi_date"], row["week_before_date"]))
    wished = WISHED.get(row["direction_code"], 0)
    pictures = "".join(
        figure(*DIMENSIONS[dimension], kpi_charts.contributions(members, unit, wished))
        for dimension, members in parts.items()
    )
    note = (
        f"{change}: what each member added or took away. The members of a dimension add up to the"
        " whole; those of too few customers stand together. 各成员贡献之和等于总变化。"
    )
    return (
        figure(f"{row['label_en']}, {change} since a week before", row["label_zh"], line)
        + paragraph(note)
        + f'<div class="row">{pictures}</div>'
    )


def _in_unit(row: Row, name: str) -> object:
    """A value as its unit is written."""
    return Share.of(row[name]) if row["unit_code"] == kpi_charts.SHARE else row[name]
