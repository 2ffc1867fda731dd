"""The page that explains one published generation: opens from disk, fetches nothing, has no script.

A function of the generation's own files, so the same generation gives the same bytes. What does not
belong here: the other sections, pictures, queries (report_*.py), the look (page.py).
"""

import json
import logging
from pathlib import Path
from typing import Any

from expectations.docs import overview, stage_section
from expectations.results import CheckResult, GateResult
from warehouse.report import customers, key_figures, offers
from warehouse.report import deliveries as delivered
from warehouse.report.data import Marts
from warehouse.report.generation_page import opened, write_page
from warehouse.report.page import Html, figures, folded, paragraph, table
from warehouse.settings import Settings

log = logging.getLogger("rapport")

NAME = "report.html"


def write_report(settings: Settings, generation_dir: Path) -> Path:
    """Write the report of a generation into its folder and return its path.

    Raises:
        RapportError: RP-3010 when the folder is no generation.
    """
    folder, manifest = opened(generation_dir)
    gates = _gates(folder)
    marts = Marts(folder)
    try:
        sections = [
            ("Summary", "概要", _summary(marts, gates, manifest)),
            (
                "Deliveries",
                "数据交付",
                delivered.deliveries(marts) + delivered.restatements(folder),
            ),
            ("Gates", "质量关口", _gate_results(gates)),
            ("Key figures", "经营指标", key_figures.key_figures(marts)),
            ("Segments", "客户分群", customers.segments(marts)),
            ("Indicators", "关键指标", customers.indicators(marts)),
            ("Life cycle", "生命周期", customers.lifecycle(marts)),
            ("Propensity", "营销倾向", offers.propensity(marts)),
            ("Campaigns", "活动回顾", offers.campaigns(marts)),
            ("Generation", "发布版本", _generation(manifest)),
        ]
    finally:
        marts.close()
    path = folder / NAME
    write_page(path, manifest, "Rapport · customers and campaigns 客户与营销", sections)
    log.info("report: %d kB", path.stat().st_size // 1024)
    return path


def _gates(folder: Path) -> list[GateResult]:
    kept = json.loads((folder / "gates.json").read_text())
    return [
        GateResult(**{**gate, "checks": [CheckResult(**check) for check in gate["checks"]]})
        for gate in kept
    ]


def _summary(marts: Marts, gates: list[GateResult], manifest: dict[str, Any]) -> str:
    totals, deliveries = marts.customers(), marts.deliveries()
    return figures(
        [
            (totals.get("customers"), "customers", "客户"),
            (totals.get("active"), "in service", "在网客户"),
            (totals.get("billed_yuan_365d"), "yuan billed in 365 days", "近一年出账"),
            (sum(row["files"] for row in deliveries), "files", "文件"),
            (sum(row["records"] for row in deliveries), "records delivered", "交付记录"),
            (sum(row["quarantined"] for row in deliveries), "set aside", "隔离记录"),
            (marts.indicator_count(), "indicators", "指标"),
            (len(manifest["models"]), "models in use", "在用模型"),
            (sum(len(gate.checks) for gate in gates), "checks", "检查项"),
        ]
    )


def _gate_results(gates: list[GateResult]) -> str:
    details = "".join(folded(f"{gate.stage}", stage_section(gate)) for gate in gates)
    return overview(gates) + details


def _generation(manifest: dict[str, Any]) -> str:
    names = ("generation_id", "as_of_date", "code_version", "key_version", "content_digest")
    facts = [(name.replace("_", " "), Html(f"<code>{manifest[name]}</code>")) for name in names]
    facts += [
        (f"model of {offer}", Html(f"<code>{version}</code>"))
        for offer, version in manifest["models"].items()
    ]
    marts = [
        (name, mart["rows"], ", ".join(mart["key"]), Html(f"<code>{mart['parquet']}</code>"))
        for name, mart in manifest["marts"].items()
    ]
    return (
        paragraph("The same inputs give the same digest. 相同输入得到相同摘要。")
        + table(("what 项", "value 值"), facts)
        + table(("mart 集市", "rows 行数", "one row per 粒度", "file 文件"), marts)
    )
