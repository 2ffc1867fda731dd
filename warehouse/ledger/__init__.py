"""The ledger: what was delivered, accepted, run and published, in one SQLite file.

Accepting a file is one row here and nothing else: whatever lies on disk without its row is rubbish.
Times are noted for people and never enter a result. What does not belong here: reading data,
deciding.
"""

from warehouse.ledger.chain import SCHEMA_VERSION, Event
from warehouse.ledger.clock import clock
from warehouse.ledger.files import FileRecords
from warehouse.ledger.runs import RunRecords

__all__ = ["SCHEMA_VERSION", "Event", "Ledger", "clock"]


class Ledger(FileRecords, RunRecords):
    """One installation's ledger, its subjects put together."""
