"""dbt's layers against the same statements as one script on one connection.

Both begin with an empty warehouse and run everything, tests included. The script is what dbt sent
just before, less its questions about which tables there are.
"""

import gc
import json
import time
from pathlib import Path

import duckdb
import yaml

from bench import home
from warehouse.run import COLLECTED_AFTER
from warehouse.settings import CHECKOUT, Settings

SIZE = 20_000
HOME, SCRIPT, SECONDS = "home", "script.json", "seconds.json"
DEAREST = 10
NOT_WRITTEN_BY_HAND = ("begin", "commit", "rollback", "describe")
CATALOGUE = ("information_schema", "pg_catalog", "duckdb_", "system.")


def prepare(folder: Path, size: int) -> None:
    """Write a world and take it in: all that dbt reads."""
    home.take_in(home.make(folder / HOME, size))


def layers(settings: Settings) -> None:
    """What a run does, reading the project included; keep the statements it sends."""
    from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

    sent: list[str] = []
    execute = DuckDBCursorWrapper.execute

    def kept(cursor: object, sql: str, bindings: object = None) -> object:
        if bindings:
            raise RuntimeError("a statement with values from outside cannot be kept as text")
        sent.append(sql)
        return execute(cursor, sql, bindings)

    DuckDBCursorWrapper.execute = kept
    gc.set_threshold(*COLLECTED_AFTER)
    settings.warehouse_file.unlink(missing_ok=True)
    home.build(settings)
    (settings.home.parent / SCRIPT).write_text(json.dumps([sql for sql in sent if _by_hand(sql)]))


def _by_hand(sql: str) -> bool:
    """Whether a person would have written the statement, too."""
    body = sql.partition("*/")[2] if sql.lstrip().startswith("/*") else sql
    text = " ".join(body.lower().split())
    is_question = text.startswith("select") and any(word in text for word in CATALOGUE)
    return bool(text) and not text.startswith(NOT_WRITTEN_BY_HAND) and not is_question


def script(settings: Settings) -> None:
    """Run the statements in order, and keep how long each took."""
    settings.warehouse_file.unlink(missing_ok=True)
    statements = json.loads((settings.home.parent / SCRIPT).read_text())
    seconds = []
    with duckdb.connect(str(settings.warehouse_file), config=_options(settings)) as con:
        con.execute("set TimeZone = 'UTC'")
        for sql in statements:
            started = time.perf_counter()
            con.execute(sql).fetchall()
            seconds.append((round(time.perf_counter() - started, 3), sql))
    (settings.home.parent / SECONDS).write_text(json.dumps(seconds))


def _options(settings: Settings) -> dict[str, str | int]:
    """What dbt opens the file with: a comparison of two configurations would say nothing."""
    profile = yaml.safe_load((CHECKOUT / "dbt" / "profiles.yml").read_text())["rapport"]
    options = profile["outputs"]["duckdb"]["config_options"]
    return {**options, "threads": settings.threads, "memory_limit": settings.memory_limit}


def report(folder: Path) -> None:
    """Print the dearest statements of the last script, by the table they make or read."""
    seconds = json.loads((folder / SECONDS).read_text())
    print(f"\n{len(seconds)} statements; the dearest, in seconds of wall time:")
    for taken, sql in sorted(seconds, reverse=True)[:DEAREST]:
        body = " ".join(sql.partition("*/")[2].split() or sql.split())
        print(f"{taken:9.2f}  {body[:90]}")


SIDES = {
    "dbt": home.in_home(layers, HOME),
    "one script": home.in_home(script, HOME),
}
BASELINE = "one script"
