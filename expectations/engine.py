"""The only file that imports Great Expectations: suites in, counts out.

Rules on rows run as SQL where the tables lie; measures are computed by DuckDB, all of a suite in
one scan, and judged as one row. The library is imported inside a function because it takes seconds.
Whatever cannot be evaluated is a failed critical check: no result is no reason to go on. Results
are asked for as counts, because other formats carry rows. What does not belong here: thresholds.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from expectations.results import CheckResult
from expectations.vocabulary import CRITICAL, Check, Suite

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
Results = dict[str, CheckResult]


def judge(stage: str, setup: Sequence[str], suites: Iterable[Suite]) -> list[CheckResult]:
    """Evaluate suites over a throw-away in-memory database made by the statements of `setup`."""
    with _silence():
        library = _great_expectations()
        source = _source(library, stage)
        keeper = source.get_engine().connect()  # the database lives as long as one connection
        try:
            for statement in (*setup, "create schema gate"):
                keeper.exec_driver_sql(statement)
            keeper.commit()
            return [
                result
                for number, suite in enumerate(suites)
                for result in _judge_suite(library, source, keeper, number, suite)
            ]
        finally:
            keeper.close()
            source.get_execution_engine().close()
            source.get_engine().dispose()


def _great_expectations() -> Any:
    import great_expectations

    from expectations import dialect

    dialect.register()
    return great_expectations


def _source(library: Any, stage: str) -> Any:
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = library.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    address = f"duckdb:///:memory:gate_{stage}"
    return context.data_sources.add_sql(stage, connection_string=address, create_temp_table=False)


def _judge_suite(
    library: Any, source: Any, keeper: Any, number: int, suite: Suite
) -> list[CheckResult]:
    """Judge rules on rows over a view, and measures over a table of one row made here."""
    on_rows = [check for check in suite.checks if not check.expression]
    measures = [check for check in suite.checks if check.expression]
    selected = ", ".join(f'{check.expression} as "{check.name}"' for check in measures)
    measured = f"select {selected} from ({suite.relation}) as relation"
    found = _judge_table(
        library, source, keeper, f"view gate.rows_{number}", suite.relation, on_rows
    )
    found |= _judge_table(library, source, keeper, f"table gate.row_{number}", measured, measures)
    return [
        replace(found.get(check.name) or _unevaluated(check), table=suite.table)
        for check in suite.checks
    ]


def _judge_table(
    library: Any, source: Any, keeper: Any, kind_and_name: str, query: str, checks: list[Check]
) -> Results:
    if not checks:
        return {}
    try:
        keeper.exec_driver_sql(f"create {kind_and_name} as {query}")
        keeper.commit()
        name = kind_and_name.rpartition(".")[2]
        asset = source.add_table_asset(name, table_name=name, schema_name="gate")
        rules = [_rule(library, check) for check in checks]
        suite = library.ExpectationSuite(name=name, expectations=rules)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        validation = batch.validate(suite, result_format=COUNTS_ONLY)
    except Exception as error:  # its text may quote a row: only its kind is kept
        keeper.rollback()
        return {check.name: _unevaluated(check, type(error).__name__) for check in checks}
    by_name = {check.name: check for check in checks}
    names = [result.expectation_config.meta["check"] for result in validation.results]
    return {
        name: _result(by_name[name], result)
        for name, result in zip(names, validation.results, strict=True)
    }


def _rule(library: Any, check: Check) -> Any:
    rule = getattr(library.expectations, check.rule)
    return rule(**check.arguments, severity=check.severity, meta={"check": check.name})


def _result(check: Check, result: Any) -> CheckResult:
    if _raised(result.exception_info):
        return _unevaluated(check)
    counts, failed = result.result, not result.success
    observed = counts.get("observed_value") if check.expression else None
    return CheckResult(
        table="",
        name=check.name,
        passed=not failed,
        severity=check.severity,
        evaluated=int(counts.get("element_count", 1)),
        unexpected_count=int(counts.get("unexpected_count", failed)),
        observed=None if observed is None else round(float(observed), 6),
        says=check.says,
        why=check.why,
    )


def _unevaluated(check: Check, reason: str = "no result") -> CheckResult:
    says = f"could not be evaluated ({reason}): {check.says}"
    return CheckResult("", check.name, False, CRITICAL, 0, 0, says=says, why=check.why)


def _raised(info: dict[str, Any]) -> bool:
    """Whether any part of an evaluation raised; the library nests this by metric."""
    parts = [info, *(part for part in info.values() if isinstance(part, dict))]
    return any(part.get("raised_exception") for part in parts)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the library's and SQLAlchemy's loggers quiet: their tracebacks can quote a row."""
    loggers = [logging.getLogger(name) for name in ("great_expectations", "sqlalchemy")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
