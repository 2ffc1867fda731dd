"""Dagster's event log in SQLite, quick enough for two thousand events a run.

As shipped every statement makes an engine, opens a connection, syncs and closes it again: on a
busy disk that took longer than the work it reports. Here engines and one connection a file are
kept, and a commit goes to the write-ahead log without a sync of its own: a power cut may lose the
last lines of a history and never breaks it. What does not belong here: what is written.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event

FILES_KEPT_OPEN = 8
"""The index of all runs and the runs looked at last."""
BUSY_SECONDS = 60


class QuickEventLog(SqliteEventLogStorage):
    """The same files in the same format; only how they are opened differs."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        """Open the history in a folder."""
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._tables: set[str] = set()
        super().__init__(base_dir=base_dir, inst_data=inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "QuickEventLog":
        """Make it from `dagster.yaml`."""
        return cls(inst_data=inst_data, **config_value)

    def has_table(self, table_name: str) -> bool:
        """Whether the index of all runs has a table: asked at every event, and none ever goes."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None)
        if engine is None:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                pool_size=1,
                max_overflow=-1,
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _relax)
        self._engines[shard] = engine
        while len(self._engines) > FILES_KEPT_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return engine

    def dispose(self) -> None:
        """Close the files."""
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _relax(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("pragma synchronous = normal")
