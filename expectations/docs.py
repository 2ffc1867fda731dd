"""The pages people read about gates: what was asked of which table, and what was found, in counts.

Made from the kept results alone. The library's own site is not used: its pages load scripts, styles
and a logo that tells its maker of every visit, and this product fetches nothing. What does not
belong here: evaluation.
"""

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from pathlib import Path

from expectations.results import STAGES, CheckResult, GateResult, read_result
from warehouse.files import commit_file, temporary_beside
from warehouse.report.page import Html, figures, folded, page, paragraph, table, verdict
from warehouse.settings import Settings

STAGE_NAMES = {
    "raw": "原始数据",
    "customer": "客户",
    "indicators": "指标",
    "scores": "评分",
    "marts": "集市",
}
CHECK_HEAD = (
    "check 检查项",
    "result 结果",
    "rows 行数",
    "unexpected 异常",
    "observed 观测值",
    "why 原因",
)


def write_docs(settings: Settings) -> Path:
    """Write one page over the kept results of all stages and return its path."""
    results = [read_result(settings, stage) or _missing(stage) for stage in STAGES]
    days = sorted({result.as_of for result in results if result.as_of})
    sections = [("Overview", "概览", overview(results))]
    for result in results:
        name = f"Gate {result.stage}"
        sections.append((name, STAGE_NAMES[result.stage], stage_section(result)))
    subtitle = f"As of {', '.join(days)}. Counts only, no values. 仅含计数，不含数据值。"
    path = settings.docs / "gates.html"
    temporary = temporary_beside(path)
    temporary.write_text(page("Data docs of the gates 数据质量文档", subtitle, sections))
    commit_file(temporary, path)
    return path


def overview(results: Sequence[GateResult]) -> str:
    """One line per gate."""
    checks = [check for result in results for check in result.checks]
    warnings = sum(not c.passed and c.severity != "critical" for c in checks)
    return figures(
        [
            (
                f"{sum(result.passed for result in results)} / {len(results)}",
                "gates green",
                "通过的关口",
            ),
            (len(checks), "checks", "检查项"),
            (sum(not c.passed and c.severity == "critical" for c in checks), "failed", "未通过"),
            (warnings, "warnings", "警告"),
        ]
    ) + table(
        (
            "gate 关口",
            "result 结果",
            "tables 表",
            "checks 检查项",
            "failed 未通过",
            "warnings 警告",
        ),
        [
            (
                f"{result.stage} {STAGE_NAMES[result.stage]}",
                verdict(result.passed) if result.checks else "no result 无结果",
                len({check.table for check in result.checks}),
                len(result.checks),
                sum(check.severity == "critical" for check in result.failed),
                sum(check.severity != "critical" for check in result.failed),
            )
            for result in results
        ],
    )


def stage_section(result: GateResult) -> str:
    """What failed first, then every table with its checks folded away."""
    by_table: dict[str, list[CheckResult]] = defaultdict(list)
    for check in result.checks:
        by_table[check.table].append(check)
    failed = [(check.table, *_row(check)) for check in result.failed]
    shown = table(("table 表", *CHECK_HEAD), failed) if failed else paragraph("Everything holds.")
    if not result.checks:
        shown = paragraph("Nothing was checked, and a gate without results is red (RP-2002).")
    return shown + "".join(
        folded(f"{name} · {len(checks)} checks", table(CHECK_HEAD, map(_row, checks)))
        for name, checks in by_table.items()
    )


def _row(check: CheckResult) -> tuple[object, ...]:
    return (
        Html(f"<code>{escape(check.name)}</code><br>{escape(check.says)}"),
        verdict(check.passed, check.severity),
        check.evaluated,
        check.unexpected_count,
        check.observed,
        check.why,
    )


def _missing(stage: str) -> GateResult:
    return GateResult(stage=stage, passed=False, checks=[])
