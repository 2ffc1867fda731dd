"""The indicators as their models declare them, read before dbt parses, with formulas compiled.

A declaration is a call of `indicator()` or `composite()` in `dbt/models/indicators/ind_*.sql`. The
files are rendered with everything else left blank, so that a loop declares what it writes. dbt gets
the result as one text in its environment: a composite's unit needs the whole catalogue, which dbt
itself knows only after parsing and in no unit test. What does not belong here: arithmetic
(formula.py), how SQL of a base indicator looks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.errors import RapportError
from warehouse.indicators.formula import PLAIN_NAME, Compiler, FormulaError, Indicator

FOLDER = Path("models", "indicators")
PRELUDE = Path("macros", "slice.sql")
"""Macros that write several declarations; they are rendered, too."""


@dataclass(frozen=True)
class Declared(Indicator):
    """An indicator with the table that holds it and what is said about it."""

    table: str = ""
    label_en: str = ""
    label_zh: str = ""
    is_sensitive: bool = False


def declared(project: Path) -> dict[str, Declared]:
    """Every declared indicator by name.

    Raises:
        RapportError: RP-3020 when a name or a code is declared twice.
    """
    return dict(_declared(_texts(project)))


def as_environment(project: Path) -> str:
    """The registry for dbt: JSON with `by_name` and `by_code`.

    Raises:
        RapportError: RP-3020 naming the indicator whose formula does not hold, and why.
    """
    return _compiled(_texts(project))


Texts = tuple[tuple[str, str], ...]


def _texts(project: Path) -> Texts:
    """Prelude and models with their text: what the registry is a function of."""
    prelude = project / PRELUDE
    models = sorted((project / FOLDER).glob("ind_*.sql"))
    found = [("", prelude.read_text(encoding="utf-8") if prelude.exists() else "")]
    return tuple(found + [(path.stem, path.read_text(encoding="utf-8")) for path in models])


@lru_cache(maxsize=8)
def _declared(texts: Texts) -> Mapping[str, Declared]:
    found: dict[str, Declared] = {}
    (_, prelude), *models = texts
    for table, text in models:
        for entry in _calls(prelude + text, table):
            if entry.name in found or not PLAIN_NAME.fullmatch(entry.name):
                raise RapportError("RP-3020", indicator=entry.name, problem="name taken or unfit")
            if any(entry.code == other.code for other in found.values()):
                raise RapportError("RP-3020", indicator=entry.name, problem="its code is taken")
            found[entry.name] = entry
    return found


@lru_cache(maxsize=8)
def _compiled(texts: Texts) -> str:
    known = _declared(texts)
    compiler = Compiler(known)
    by_name: dict[str, Any] = {}
    for name, entry in known.items():
        try:
            made = compiler.indicator(name)
            recomputed = compiler.formula(entry.formula).row if entry.formula else None
        except FormulaError as error:
            raise RapportError("RP-3020", indicator=name, problem=str(error)) from None
        by_name[name] = {
            "code": entry.code,
            "table": entry.table,
            "grain": entry.grain,
            "unit": made.unit,
            "kind": made.kind,
            "row": made.row,
            "formula_row": recomputed,
            "group": made.group() if made.kind == "ratio" else None,
            "inputs": sorted(made.parts) if made.kind == "ratio" else [],
            "is_sensitive": entry.is_sensitive or any(known[i].is_sensitive for i in made.inputs),
        }
    by_code = {str(entry.code): name for name, entry in known.items()}
    return json.dumps({"by_name": by_name, "by_code": by_code}, sort_keys=True)


def _calls(text: str, table: str) -> list[Declared]:
    """What a model declares, in its order."""
    from jinja2 import ChainableUndefined, Environment

    class Blank(ChainableUndefined):
        """Whatever a model calls besides: nothing."""

        def __call__(self, *_: object, **__: object) -> "Blank":
            return self

    found: list[Declared] = []
    meta: dict[str, Any] = {}

    def config(**given: Any) -> str:
        meta.update(given.get("meta") or {})
        return ""

    def indicator(
        code: int, name: str, expression: object, unit: str, kind: str,
        en: str, zh: str, sensitive: bool = False, formula: str | None = None, **_: object,
    ) -> str:  # fmt: skip
        grain = meta.get("grain", "customer")
        entry = (code, name, unit, kind, grain, formula, True, table, en, zh, sensitive)
        found.append(Declared(*entry))
        return ""

    def composite(
        code: int, name: str, formula: str, en: str, zh: str, unit: str | None = None,
        sensitive: bool = False, **_: object,
    ) -> str:  # fmt: skip
        entry = (code, name, unit, None, "customer", formula, False, table, en, zh, sensitive)
        found.append(Declared(*entry))
        return ""

    environment = Environment(undefined=Blank, autoescape=False, extensions=["jinja2.ext.do"])
    calls = {"config": config, "indicator": indicator, "composite": composite}
    environment.from_string(text).render(**calls, fromjson=json.loads)
    return found
