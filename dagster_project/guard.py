"""Keeps data out of Dagster's history: an exception leaves a step with a code and no value.

Dagster stores messages and chains of exceptions as they come, and an engine's message may quote a
row. What does not belong here: handling; a failed step stays failed.
"""

import logging
from collections.abc import Callable, Iterator
from functools import wraps
from time import perf_counter

import dagster as dg

from dagster_project.resources import Run
from warehouse.errors import RapportError
from warehouse.scrub import coded

log = logging.getLogger("rapport")

Body = Callable[[dg.OpExecutionContext, Run], Iterator[object]]


def guarded(step: str) -> Callable[[Body], Body]:
    """Wrap a body that yields results so that only coded errors leave it."""

    def wrap(body: Body) -> Body:
        @wraps(body)
        def guarded_body(context: dg.OpExecutionContext, run: Run) -> Iterator[object]:
            failure: RapportError | None = None
            started = perf_counter()
            try:
                yield from body(context, run)
            except Exception as error:
                failure = coded(error, step)
            log.info(
                "%s %s in %.1f s", step, "failed" if failure else "done", perf_counter() - started
            )
            if failure:
                raise failure  # outside the handler: nothing is chained to it

        return guarded_body

    return wrap
