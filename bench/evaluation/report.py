"""`make evaluation`: honest figures on public data, printed and as a page under RAPPORT_HOME.

What does not belong here: how a set is measured, assertions (`tests/real`).
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from bench.evaluation import bank, hillstrom, telco
from bench.evaluation.frame import SEED
from warehouse.report.page import page, paragraph, table
from warehouse.settings import CHECKOUT, Settings

Lines = Callable[[Path], list[tuple[str, object, str]]]
SETS: dict[str, tuple[str, Lines, str]] = {
    "bank_marketing": ("银行外呼", bank.lines, bank.__doc__ or ""),
    "telco_ibm": ("电信流失", telco.lines, telco.__doc__ or ""),
    "hillstrom": ("邮件实验", hillstrom.lines, hillstrom.__doc__ or ""),
}
HEAD = ("figure", "value", "95 % interval, or what to compare with")


def main() -> None:
    """Measure every set whose data are there."""
    folder = Path(os.environ.get("RAPPORT_REAL_DATA", CHECKOUT.parent / "shared" / "data"))
    sections = []
    for name, (zh, lines, what) in SETS.items():
        if not (folder / name).exists():
            sys.stdout.write(f"{name}: no data at {folder}, not measured\n")
            continue
        rows = lines(folder)
        sys.stdout.write(f"{name}\n")
        for figure, value, beside in rows:
            sys.stdout.write(f"  {figure:<52} {value!s:<28} {beside}\n")
        sections.append((name, zh, paragraph(what) + table(HEAD, rows)))
    subtitle = f"Public data through the code of ml/; seed {SEED}"
    path = Settings().docs / "evaluation.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page("Honest figures 模型评估", subtitle, sections), encoding="utf-8")
    sys.stdout.write(f"page  {path}\n")
