"""An installation to deliver to: what lands there, the intake, and what became of every record.

What does not belong here: rows and bytes of files (exports.py) and expectations, but for the
accounting identity, which holds whatever happened.
"""

import hashlib
import json
from datetime import date
from pathlib import Path

import duckdb
from exports import CONTRACTS, DAY, content

from warehouse.intake.take import IntakeResult, run_intake
from warehouse.ledger import Ledger
from warehouse.settings import Settings

Key = tuple[str, str]
"""Source and table."""


class Installation(Settings):
    """Settings of an installation of its own, with what senders, intake and readers do there."""

    def deliver(
        self,
        key: Key,
        data: bytes,
        rows: int | None = None,
        day: date = DAY,
        name: str | None = None,
    ) -> Path:
        """Put bytes into the landing folder, with a manifest when the contract wants one."""
        contract = CONTRACTS[key]
        folder = self.landing / contract.source / contract.table
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (name or contract.files.format(date=day.strftime("%Y%m%d")))
        path.write_bytes(data)
        if contract.manifest == "required" and rows is not None:
            announced = {"rows": rows, "sha256": hashlib.sha256(data).hexdigest()}
            path.with_name(path.name + ".ok").write_text(json.dumps(announced))
        return path

    def deliver_rows(self, key: Key, rows: list[dict], day: date = DAY) -> Path:
        """Deliver good rows."""
        return self.deliver(key, content(CONTRACTS[key], rows), len(rows), day)

    def intake(self, *keys: Key) -> IntakeResult:
        """Run the intake for a few tables only, which keeps a test short."""
        return run_intake(self, {key: CONTRACTS[key] for key in keys} or CONTRACTS)

    def lake_rows(self, key: Key, lineage: bool = False) -> list[tuple]:
        """All rows of a table in the lake, sorted; lineage depends on the file's bytes."""
        pattern = self.lake / "raw" / key[0] / key[1] / "*" / "*.parquet"
        left_out = "" if lineage else "exclude (_file_id, _record)"
        with duckdb.connect() as con:
            return con.sql(
                f"select * {left_out} from read_parquet('{pattern}', hive_partitioning = true)"
                " order by all"
            ).fetchall()

    def written_bytes(self, *zones: str) -> dict[str, str]:
        """Digest of every file below the given zones."""
        return {
            str(path.relative_to(self.home)): hashlib.sha256(path.read_bytes()).hexdigest()
            for zone in zones
            for path in sorted((self.home / zone).rglob("*"))
            if path.is_file()
        }

    def accounting(self) -> list[dict]:
        """The ledger's account of every file; holds the identity that every test relies on."""
        ledger = Ledger(self.ledger_file)
        rows = ledger.accounting()
        assert ledger.verify_chain()
        ledger.close()
        for row in rows:
            parts = ("loaded", "quarantined", "deduplicated", "superseded")
            assert row["records_in"] == sum(row[part] for part in parts)
        return rows

    def reasons(self) -> list[str]:
        """Reason codes of all refused files, sorted."""
        return sorted(row["reason_code"] for row in self.accounting() if row["reason_code"])

    def refused_records(self) -> list[tuple]:
        """Record number, reason and column of every quarantined record."""
        pattern = self.lake / "quarantine" / "*" / "*" / "*" / "*.parquet"
        if not list(self.lake.glob("quarantine/*/*/*/*.parquet")):
            return []
        with duckdb.connect() as con:
            return con.sql(
                "select record_number, reason_code, column_name"
                f" from read_parquet('{pattern}') order by all"
            ).fetchall()


def install(home: Path, **changes: object) -> Installation:
    """An installation that waits for nothing and works in one thread."""
    fixed = {"home": home / "home", "settle_seconds": 0.0, "threads": 1}
    return Installation(**(fixed | changes))


def with_key(home: Path, **changes: object) -> Installation:
    """An installation whose key is the same in every test, so that tokens can be compared."""
    site = install(home, **changes)
    site.key_path.parent.mkdir(parents=True)
    site.key_path.write_bytes(bytes(range(32)))
    site.key_path.chmod(0o600)
    return site


def loaded(home: Path, key: Key, data: bytes, rows: int) -> list[tuple]:
    """The lake's rows of one good file, in an installation of its own."""
    site = with_key(home)
    site.deliver(key, data, rows)
    site.intake(key)
    assert site.reasons() == []
    return site.lake_rows(key)
