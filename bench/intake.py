"""Intake of bill lines against DuckDB's own read_csv, with explicit types, to Parquet."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from warehouse.contract import load_contracts
from warehouse.intake.take import run_intake
from warehouse.settings import Settings

SIZE = 10_000_000
NAME = "bills_20261101.csv"
MEMORY = "2GB"
THREADS = 2
KEY = ("boss", "bills")
ROWS = """
    select 'L' || lpad(i::varchar, 10, '0') as bill_line_id,
           'B' || lpad((i // 4)::varchar, 9, '0') as bill_id,
           'A' || lpad((hash(i // 40) % 3000000)::varchar, 7, '0') as account_id,
           if(i % 3 = 0, null, 'S' || lpad((hash(i // 12) % 4000000)::varchar, 8, '0'))
               as subscription_id,
           ['monthly_fee', 'usage', 'discount', 'device'][1 + (i % 4)::int] as item_code,
           (((hash(i * 7) % 20000)::int - 3000) / 100)::decimal(12, 2) as amount_yuan,
           date '2026-11-01' as billed_date, date '2026-11-21' as due_date
    from range({size}) as numbers(i)
"""


def prepare(folder: Path, size: int) -> None:
    """Write one file of bill lines, each different."""
    landed = folder / "landing" / "boss" / "bills"
    landed.mkdir(parents=True)
    rows = ROWS.format(size=size)
    duckdb.connect().execute(f"copy ({rows}) to '{landed / NAME}' (format csv, header)")


def read_csv(folder: Path) -> None:
    """What DuckDB alone does: parse with types and write Parquet."""
    types = {column.name: column.data_type for column in load_contracts()[KEY].columns}
    with duckdb.connect() as con:
        con.execute(f"set threads = {THREADS}")
        con.execute(f"set memory_limit = '{MEMORY}'")
        con.execute(
            f"copy (from read_csv('{folder}/landing/boss/bills/{NAME}', auto_detect = false,"
            f" header = true, columns = {types})) to '{folder}/alone.parquet' (format parquet)"
        )


def intake(direct: tuple[str, ...]) -> Callable[[Path], None]:
    """Everything an intake does: copy to the store, checks, account, lake and vault."""

    def side(folder: Path) -> None:
        contract = load_contracts()[KEY]
        columns = tuple(
            replace(column, pii="direct", kind="id_number") if column.name in direct else column
            for column in contract.columns
        )
        vault_id = "bill_line_id" if direct else ""
        contract = replace(contract, columns=columns, vault_id=vault_id, manifest="none")
        home = Path(tempfile.mkdtemp(dir=folder))
        (home / "landing").symlink_to(folder / "landing")
        settings = Settings(home=home, settle_seconds=0, threads=THREADS, memory_limit=MEMORY)
        result = run_intake(settings, {KEY: contract})
        if result.states != {"loaded": 1} or result.quarantined:
            raise RuntimeError("not every bill line was loaded")
        shutil.rmtree(home)

    return side


SIDES = {
    "DuckDB read_csv alone": read_csv,
    "intake": intake(()),
    "intake, accounts to tokens": intake(("account_id",)),
}
