"""The report's sections about deliveries and customers.

What does not belong here: queries, pictures, offers and campaigns.
"""

from itertools import groupby

from warehouse.report import charts
from warehouse.report.data import Marts
from warehouse.report.labels import (
    BY_LIFECYCLE,
    KEY_INDICATORS,
    SCHEMES,
    segment_label,
    segment_order,
)
from warehouse.report.page import NOTHING, cell, figure, paragraph, table


def segments(marts: Marts) -> str:
    """How many customers are in which segment."""
    by_scheme = {
        scheme: sorted(rows, key=lambda row: segment_order(scheme, row["segment_code"]))
        for scheme, rows in groupby(marts.segments(), key=lambda row: row["scheme_code"])
    }
    shown = [scheme for scheme in SCHEMES if scheme in by_scheme]
    if not shown:
        return NOTHING
    pictures = "".join(
        figure(*SCHEMES[scheme], charts.segment_bars(scheme, by_scheme[scheme])) for scheme in shown
    )
    note = "Customers, and what a customer is billed in 90 days. 客户数与户均近90天出账金额。"
    return paragraph(note) + f'<div class="row">{pictures}</div>'


def indicators(marts: Marts) -> str:
    """A few indicators over all customers."""
    rows = marts.indicators(KEY_INDICATORS)
    if not rows:
        return NOTHING
    head = ("indicator 指标", "unit 单位", "customers 客户数", "mean 均值", "median 中位数")
    head += ("90 % below 九成低于", "change of mean 均值变化")
    numbers = ("customers_count", "mean_value", "median_value", "p90_value", "mean_change_value")
    body = [
        (f"{row['label_en']} {row['label_zh']}", row["unit_code"], *(row[name] for name in numbers))
        for row in rows
    ]
    note = (
        "Unknown is not zero: a mean is over the customers whose value is known. Changes are"
        " against the month end before. 未知不计为零；变化为与上月末相比。"
    )
    return paragraph(note) + table(head, body)


def lifecycle(marts: Marts) -> str:
    """Means by stage of the life cycle."""
    overall = {row["indicator_name"]: row["mean_value"] for row in marts.indicators(BY_LIFECYCLE)}
    rows = sorted(
        marts.indicators(BY_LIFECYCLE, "lifecycle"),
        key=lambda row: segment_order("lifecycle", row["segment_code"]),
    )
    if not rows or not overall:
        return NOTHING
    stages = list(dict.fromkeys(segment_label("lifecycle", row["segment_code"]) for row in rows))
    cells = [
        {
            "stage": segment_label("lifecycle", row["segment_code"]),
            "indicator": f"{row['label_en']} {row['label_zh']}",
            "text": "–" if row["mean_value"] is None else cell(round(row["mean_value"], 3)),
            "index": charts.log_ratio(row["mean_value"], overall.get(row["indicator_name"])),
        }
        for row in rows
    ]
    note = "Means by stage; blue is above the mean of all customers, red below. 蓝高红低。"
    return paragraph(note) + f"<figure>{charts.lifecycle_map(cells, stages)}</figure>"
