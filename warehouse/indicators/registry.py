"""The indicators as their models declare them, read before dbt parses, with formulas compiled.

A declaration is a call of `indicator()` or `composite()` in `dbt/models/indicators/ind_*.sql`. The
files are rendered with everything else left blank, so that a loop declares what it writes. dbt gets
the result as one text in its environment: a composite's unit needs the whole catalogue, which dbt
itself knows only after parsing and in no unit test. What does not belong here: arithmetic
(formula.py), how SQL of a base indicator looks.
"""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.errors import RapportError
from warehouse.indicators.formula import PLAIN_NAME, Indicator
from warehouse.indicators.timeline import Piece, by_date, compiled_in_time
from warehouse.indicators.versions import ALWAYS, Version, opened, versions

FOLDER = Path("models", "indicators")
PRELUDE = Path("macros", "slice.sql")
"""Macros that write several declarations; they are rendered, too."""
ALIASES = Path("seeds", "indicator_aliases.csv")
"""Other names of indicators, by which models may ask for them, too."""
DAY = "spine.as_of_date"
"""The day a row is seen from, as every query that takes SQL of this registry calls it."""


@dataclass(frozen=True)
class Declared(Indicator):
    """An indicator with the table that holds it and what is said about it."""

    table: str = ""
    label_en: str = ""
    label_zh: str = ""
    is_sensitive: bool = False
    versions: tuple[Version, ...] = (Version(),)
    """Its definitions, oldest first."""

    @property
    def is_dated(self) -> bool:
        """Whether its own definition ever changed."""
        return len(self.versions) > 1


def declared(project: Path) -> dict[str, Declared]:
    """Every declared indicator by name.

    Raises:
        RapportError: RP-3020 when a name or a code is declared twice.
    """
    return dict(_declared(_texts(project)))


def as_environment(project: Path, restated: Mapping[str, date] | None = None) -> str:
    """The registry for dbt: JSON with `by_name`, `by_code` and `by_alias`.

    Args:
        project: Folder of the dbt project.
        restated: Indicators whose past was restated, with the day their version begins.

    Raises:
        RapportError: RP-3020 naming the indicator whose formula does not hold, and why; or an alias
            of two indicators or of none.
    """
    return _compiled(
        _texts(project), tuple(sorted((restated or {}).items())), _aliases(project / ALIASES)
    )


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


def _aliases(seed: Path) -> Texts:
    """Every other name with the name of its indicator."""
    if not seed.exists():
        return ()
    with seed.open(encoding="utf-8", newline="") as file:
        return tuple((row["alias_name"], row["indicator_name"]) for row in csv.DictReader(file))


@lru_cache(maxsize=8)
def _compiled(texts: Texts, restated: tuple[tuple[str, date], ...], aliases: Texts) -> str:
    known, since = _declared(texts), dict(restated)
    history = {name: entry.versions for name, entry in known.items()}
    in_force = {
        name: opened(found, since[name]) if name in since else found
        for name, found in history.items()
    }
    pieces, dated = compiled_in_time(known, in_force), compiled_in_time(known, history)
    by_name = {}
    for name, entry in known.items():
        about = _entry(entry, pieces[name]) | _changes(entry, known, dated)
        about["restated_from"] = str(since[name]) if name in since else None
        inputs = {column for piece in pieces[name] for column in piece.made.inputs}
        about["is_sensitive"] = entry.is_sensitive or any(known[i].is_sensitive for i in inputs)
        by_name[name] = {key: value for key, value in about.items() if value}
    by_code = {str(entry.code): name for name, entry in known.items()}
    by_alias: dict[str, str] = {}
    for alias, name in aliases:
        if name not in known or by_alias.setdefault(alias, name) != name:
            raise RapportError("RP-3020", indicator=name, problem=f"{alias} is no name of it alone")
    found = {"by_name": by_name, "by_code": by_code, "by_alias": by_alias}
    return json.dumps(found, sort_keys=True)


def _entry(entry: Declared, pieces: Sequence[Piece]) -> dict[str, Any]:
    """What dbt reads of an indicator; what says nothing is left out, and has to fit 128 kB."""
    made = pieces[-1].made
    is_ratio = made.kind == "ratio"
    return {
        "code": entry.code,
        "table": entry.table,
        "grain": entry.grain,
        "unit": made.unit,
        "kind": made.kind,
        "row": None if entry.is_stored else by_date(pieces, lambda p: p.made.row, DAY),
        "formula_row": by_date(pieces, lambda p: p.formula_row, DAY) if entry.is_stored else None,
        "group": by_date(pieces, lambda p: p.made.group(), DAY) if is_ratio else None,
        "inputs": sorted({i for p in pieces for i in p.made.parts}) if is_ratio else None,
    }


def _changes(
    entry: Declared, known: Mapping[str, Declared], dated: Mapping[str, Sequence[Piece]]
) -> dict[str, Any]:
    """When its definition, or one it is made of, changed last; for a composite both readings."""
    pieces = dated[entry.name]
    columns = {name for piece in pieces for name in piece.made.inputs}
    changed = {name for name in columns if known[name].is_stored and known[name].is_dated}
    days = [known[name].versions[-1].valid_from for name in changed]
    days += [piece.valid_to for piece in pieces[:-1]] + [entry.versions[-1].valid_from]
    if max(days) == ALWAYS:
        return {}
    if entry.is_stored:
        return {"changed_on": str(max(days))}

    def reading(sql: str | None, suffix: str) -> str:
        return re.sub(r"[a-z][a-z_0-9]*", lambda m: m[0] + suffix * (m[0] in changed), sql or "")

    return {
        "changed_on": str(max(days)),
        "dated": reading(by_date(pieces, lambda p: p.made.row, DAY), "__dated"),
        "newest": reading(pieces[-1].made.row, "__newest"),
    }


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

    def declare(
        code: int, name: str, formula: str | None, unit: str | None, kind: str | None, en: str,
        zh: str, sensitive: bool = False, valid_from: str | None = None,
        earlier: Sequence[Mapping[str, str]] = (), **_: object,
    ) -> str:  # fmt: skip
        grain, is_stored = meta.get("grain", "customer"), kind is not None
        dated = versions(name, formula, valid_from, earlier)
        entry = (code, name, unit, kind, grain, formula, is_stored, table, en, zh, sensitive)
        found.append(Declared(*entry, versions=dated))
        return ""

    def indicator(
        code: int, name: str, expression: object, unit: str, kind: str, formula: str | None = None,
        **others: Any,
    ) -> str:  # fmt: skip
        return declare(code, name, formula, unit, kind, **others)

    def composite(
        code: int, name: str, formula: str, unit: str | None = None, **others: Any
    ) -> str:
        return declare(code, name, formula, unit, None, **others)

    environment = Environment(undefined=Blank, autoescape=False, extensions=["jinja2.ext.do"])
    calls = {"config": config, "indicator": indicator, "composite": composite}
    environment.from_string(text).render(**calls, fromjson=json.loads)
    return found
