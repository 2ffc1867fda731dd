"""The report's section about deliveries: where records went, and which earlier days were restated.

What does not belong here: deciding what is a restatement (restatement.py), the look (page.py).
"""

import json
from collections import defaultdict
from pathlib import Path

from warehouse.deliveries.restatement import expand
from warehouse.publication.publish import RESTATEMENTS
from warehouse.report.data import Marts
from warehouse.report.page import NOTHING, folded, paragraph, table

REASONS = {
    "late": "came after its day was published 迟到",
    "late_rows": "rows of earlier days 迟到记录",
    "corrected": "replaced by another version 更正",
    "contract": "read by a changed contract or key 契约变更",
    "identity": "customers merged or parted 客户合并或拆分",
}


def deliveries(marts: Marts) -> str:
    """Files and records per table; every record must be accounted for."""
    rows = marts.deliveries()
    if not rows:
        return NOTHING
    head = ("table 表", "files 文件", "first 首日", "last 末日", "records 记录", "loaded 入湖")
    head += ("quarantined 隔离", "repeated 重复", "replaced 被替换", "residue 差额")
    counts = ("loaded", "quarantined", "deduplicated", "superseded")
    body = [
        (
            *(row[name] for name in ("table_name", "files", "first_day", "last_day", "records")),
            *(row[name] for name in counts),
            row["records"] - sum(row[name] for name in counts),
        )
        for row in rows
    ]
    return paragraph(
        "Every delivered record is loaded or set aside with a reason; the residue must be zero."
        " 每条交付记录均已入湖或注明原因隔离，差额必须为零。"
    ) + table(head, body)


def restatements(folder: Path) -> str:
    """What this generation says anew about days published before, by table and reason."""
    path = folder / RESTATEMENTS
    found = json.loads(path.read_text()) if path.exists() else []
    if not found:
        return paragraph("No day published before has changed. 已发布日期均无变更。")
    groups = defaultdict(list)
    for restated in found:
        groups[f"{restated['source']}/{restated['table']}", restated["reason"]].append(restated)
    rows = []
    for (name, reason), files in sorted(groups.items()):
        days = {day for file in files for day in expand(file["days"])}
        dates = days or {file["business_date"] for file in files}
        late = max(file["late_by_days"] for file in files)
        closed = sum(file["is_closed"] for file in files)
        span = (min(dates), max(dates))
        rows.append((name, REASONS[reason], len(files), *map(str, span), len(days), late, closed))
    head = ("table 表", "why 原因", "files 文件", "from 起", "to 止", "days 天数")
    head += ("days late 迟到天数", "in closed months 涉及已关账月份")
    return folded("Restated 重述", table(head, rows))
