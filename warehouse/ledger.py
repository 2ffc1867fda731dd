"""The ledger: what was delivered, accepted, run and published, in one SQLite file.

Accepting a file is one row here and nothing else: whatever lies on disk without its row is rubbish.
Times are noted for people and never enter a result. What does not belong here: reading data,
deciding.
"""

import time

from warehouse.ledger_chain import SCHEMA_VERSION, Event
from warehouse.ledger_files import FileRecords
from warehouse.ledger_runs import RunRecords

__all__ = ["SCHEMA_VERSION", "Event", "Ledger", "clock"]


class Ledger(FileRecords, RunRecords):
    """One installation's ledger, its subjects put together."""


def clock() -> float:
    """Seconds now, for noting when something was looked at; never part of a result."""
    return time.time()
