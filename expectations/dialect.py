"""A DuckDB dialect for SQLAlchemy that reads every result in full as soon as it is there.

As shipped the driver loses a pending result when its connection goes back to the pool, which Great
Expectations does before it reads: 19 of 20 expectations then fail with "list index out of range".
What does not belong here: anything about expectations.
"""

from duckdb_sqlalchemy import Dialect, DuckDBExecutionContext
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy


class BufferedContext(DuckDBExecutionContext):
    """Execution context that buffers the rows of a query when it has run."""

    def post_exec(self) -> None:
        """Fetch everything while the connection is certainly ours."""
        super().post_exec()
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, initial_buffer=self.cursor.fetchall()
            )


class BufferedDialect(Dialect):
    """DuckDB with buffered results; statements are not cached, because contexts differ."""

    execution_ctx_cls = BufferedContext
    supports_statement_cache = False


def register() -> None:
    """Make this the dialect of `duckdb://` in this process."""
    for name in ("duckdb", "duckdb.duckdb_sqlalchemy"):
        registry.register(name, __name__, BufferedDialect.__name__)
