"""The only file that imports Great Expectations: suites in, counts out.

Rules on rows run as SQL where the tables lie. Measures are computed by DuckDB, all of a suite in
one scan, and judged together as columns of one row: a validation has a price of its own. The
library is imported inside a function because that takes seconds. Whatever cannot be evaluated is a
failed critical check: no result is no reason to go on. Results are asked for as counts, because
other formats carry rows. What does not belong here: thresholds, files.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from expectations.quick import configured_once
from expectations.results import CheckResult
from expectations.vocabulary import CRITICAL, Check, Suite
from warehouse.scrub import scrub

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
Asked = dict[str, tuple[Suite, Check]]
"""Checks by the name they carry through the library: `<suite>_<check>`, both numbers."""


def judge(stage: str, setup: Sequence[str], suites: Sequence[Suite]) -> list[CheckResult]:
    """Evaluate suites over a throw-away in-memory database made by the statements of `setup`."""
    asked: Asked = {
        f"{i}_{k}": (suite, check)
        for i, suite in enumerate(suites)
        for k, check in enumerate(suite.checks)
    }
    with _silence(), configured_once():
        gate = Gate(stage)
        try:
            gate.run(*setup, "create schema gate")
            found = gate.judge_measures(asked)
            for suite in suites:
                found |= gate.judge_rows(suite, asked)
        finally:
            gate.close()
    return [found.get(name) or _unevaluated(*ask) for name, ask in asked.items()]


class Gate:
    """One in-memory database with the library's context on it."""

    def __init__(self, stage: str) -> None:
        """Import the library and open the database, which lives as long as one connection."""
        import great_expectations
        from great_expectations.data_context.types.base import ProgressBarsConfig

        from expectations import dialect

        dialect.register()
        self.gx = great_expectations
        context = great_expectations.get_context(mode="ephemeral")
        context.enable_analytics(False)
        context.variables.progress_bars = ProgressBarsConfig(
            globally=False, metric_calculations=False
        )
        self.source = context.data_sources.add_sql(
            stage, connection_string=f"duckdb:///:memory:gate_{stage}", create_temp_table=False
        )
        self.connection = self.source.get_engine().connect()

    def close(self) -> None:
        """Let go of every file, so that dbt may open the warehouse to write."""
        self.connection.close()
        self.source.get_execution_engine().close()
        self.source.get_engine().dispose()

    def run(self, *statements: str) -> None:
        """Execute statements where every later connection sees what they made."""
        for statement in statements:
            self.connection.exec_driver_sql(statement)
        self.connection.commit()

    def judge_measures(self, asked: Asked) -> dict[str, CheckResult]:
        """Compute the measures suite by suite, and judge all of them as one row."""
        found: dict[str, CheckResult] = {}
        measured: Asked = {}
        tables = []
        for suite in {id(suite): suite for suite, _ in asked.values()}.values():
            group = {n: ask for n, ask in asked.items() if ask[0] is suite and ask[1].expression}
            if not group:
                continue
            columns = ", ".join(f'{check.expression} as "m{n}"' for n, (_, check) in group.items())
            table = f"gate.measures_{next(iter(group))}"
            query = f"select {columns} from ({suite.relation}) as relation"
            if reason := self._make(f"table {table}", query):
                found |= {n: _unevaluated(*ask, reason) for n, ask in group.items()}
            else:
                measured |= group
                tables.append(table)
        if not measured:
            return found
        self._make("view gate.measures", f"select * from {', '.join(tables)}")
        return found | self._validate(
            "measures", measured, {n: {"column": f"m{n}"} for n in measured}
        )

    def judge_rows(self, suite: Suite, asked: Asked) -> dict[str, CheckResult]:
        """Judge the rules on the rows of one suite's relation."""
        group = {n: ask for n, ask in asked.items() if ask[0] is suite and not ask[1].expression}
        if not group:
            return {}
        view = f"rows_{next(iter(group))}"
        if reason := self._make(f"view gate.{view}", suite.relation):
            return {n: _unevaluated(*ask, reason) for n, ask in group.items()}
        return self._validate(view, group, {})

    def _make(self, what: str, query: str) -> str:
        """Create a view or table; when that fails, return why, bare of what might be a value."""
        try:
            self.run(f"create {what} as {query}")
        except Exception as error:
            self.connection.rollback()
            return scrub(str(getattr(error, "orig", error))) or type(error).__name__
        return ""

    def _validate(
        self, table: str, asked: Asked, overrides: dict[str, dict[str, str]]
    ) -> dict[str, CheckResult]:
        try:
            rules = [
                getattr(self.gx.expectations, check.rule)(
                    **{**check.arguments, **overrides.get(name, {})},
                    severity=check.severity,
                    meta={"name": name},
                )
                for name, (_, check) in asked.items()
            ]
            suite = self.gx.ExpectationSuite(name=table, expectations=rules)
            asset = self.source.add_table_asset(table, table_name=table, schema_name="gate")
            batch = asset.add_batch_definition_whole_table("all").get_batch()
            results = batch.validate(suite, result_format=COUNTS_ONLY).results
        except Exception as error:
            return {name: _unevaluated(*ask, type(error).__name__) for name, ask in asked.items()}
        by_name = {result.expectation_config.meta["name"]: result for result in results}
        return {name: _result(*asked[name], result) for name, result in by_name.items()}


def _result(suite: Suite, check: Check, result: Any) -> CheckResult:
    if _raised(result.exception_info):
        return _unevaluated(suite, check)
    counts, failed = result.result, not result.success
    observed = counts.get("observed_value") if check.expression else None
    return CheckResult(
        table=suite.table,
        name=check.name,
        passed=not failed,
        severity=check.severity,
        evaluated=_count(counts.get("element_count"), 1),
        unexpected_count=_count(counts.get("unexpected_count"), int(failed)),
        observed=None if observed is None else round(float(observed), 6),
        says=check.says,
        why=check.why,
    )


def _count(value: Any, otherwise: int) -> int:
    """A count of the library, which is None where it counts nothing and NaN on empty tables."""
    return otherwise if value is None or value != value else int(value)


def _unevaluated(suite: Suite, check: Check, reason: str = "no result") -> CheckResult:
    says = f"could not be evaluated ({reason}): {check.says}"
    return CheckResult(suite.table, check.name, False, CRITICAL, 0, 0, says=says, why=check.why)


def _raised(info: dict[str, Any]) -> bool:
    """Whether any part of an evaluation raised; the library nests this by metric."""
    parts = [info, *(part for part in info.values() if isinstance(part, dict))]
    return any(part.get("raised_exception") for part in parts)


@contextmanager
def _silence() -> Iterator[None]:
    """Cut the library's and SQLAlchemy's loggers off: their tracebacks can quote a row.

    Cut off and not turned down, because parts of the library set levels of their own.
    """
    loggers = [logging.getLogger(name) for name in ("great_expectations", "sqlalchemy")]
    reached, nowhere = [logger.propagate for logger in loggers], logging.NullHandler()
    for logger in loggers:
        logger.propagate = False
        logger.addHandler(nowhere)
    try:
        yield
    finally:
        for logger, propagate in zip(loggers, reached, strict=True):
            logger.propagate = propagate
            logger.removeHandler(nowhere)
