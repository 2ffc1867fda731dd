"""What every step of a run needs: settings, the date it is for, its number, the right to write.

One resource for one run: it takes the lease (unless the command line holds it already), opens the
run in the ledger and closes it. What does not belong here: work.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date

import dagster as dg
from pydantic import PrivateAttr

from dagster_project.ending import ending
from dagster_project.home import end_lost_runs, unfinished_runs
from dagster_project.partitions import as_of
from warehouse.engine.warehouse_file import ensure_readable
from warehouse.lease import lease
from warehouse.ledger import Ledger
from warehouse.settings import Settings


class Run(dg.ConfigurableResource):
    """The run under way."""

    holds_lease: bool = False
    """True when the caller took the lease, so that it is not taken twice."""

    full_refresh: bool = False
    """Build every dbt table from nothing."""

    _settings: Settings = PrivateAttr()
    _as_of: date = PrivateAttr()
    _fence: int = PrivateAttr()

    @property
    def settings(self) -> Settings:
        """Where things lie."""
        return self._settings

    @property
    def as_of(self) -> date:
        """The date everything is seen from."""
        return self._as_of

    @property
    def fence(self) -> int:
        """The ledger's number of this run; a newer run's publication makes it void."""
        return self._fence

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Run"]:
        """Hold the lease and an open run in the ledger for as long as the steps work."""
        self._settings = Settings()
        self._as_of = as_of(context.run.tags)
        with nullcontext() if self.holds_lease else lease(self._settings):
            others = set(unfinished_runs(context.instance)) - {context.run.run_id}
            end_lost_runs(context.instance, others)
            ledger = Ledger(self._settings.ledger_file)
            self._fence = ledger.start_run(self._as_of)
            ended_well = ledger.run_state(self._fence - 1) in (None, "succeeded")
            ensure_readable(self._settings, thoroughly=not ended_well)
            try:
                yield self
            finally:
                state = ending(context.instance, context.run.run_id).state
                ledger.finish_run(self._fence, state)
                ledger.close()
