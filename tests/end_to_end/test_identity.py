"""Identity that cannot be had, or changes too much at once, stops the run before anything else."""

import json

import pyarrow as pa
import pyarrow.parquet as pq

from tests.end_to_end.test_gates import content
from warehouse.ledger import Ledger


def test_a_spoilt_vault_and_bulk_changes_stop_the_run_and_the_last_generation_stays(copy):
    published = content(copy)
    file = max(
        (copy.home / "vault/crm/customers").glob("*/*.parquet"), key=lambda p: p.stat().st_size
    )
    good = file.read_bytes()
    file.write_bytes(good[: len(good) // 2])
    ended = run_again(copy)
    assert (ended.is_green, ended.is_gate) == (False, True)
    assert "RP-2010" in ended.lines[0] and "crm/customers" in ended.lines[0]
    assert content(copy) == published
    file.write_bytes(good)

    # as if every second customer had had another key when this was last accepted
    accepted = copy.home / "lake/identity/accepted.parquet"
    before = pq.read_table(accepted)
    keys = before["customer_key"].to_pylist()
    other = [f"{key[:-1]}2" if number % 2 else key for number, key in enumerate(keys)]
    column = before.schema.get_field_index("customer_key")
    pq.write_table(before.set_column(column, "customer_key", pa.array(other)), accepted)
    mapping = (copy.home / "lake/identity/customer_xref.parquet").read_bytes()
    ended = run_again(copy)
    assert (ended.is_green, ended.is_gate) == (False, True)
    assert "RP-2011" in ended.lines[0]
    assert content(copy) == published
    assert (copy.home / "lake/identity/customer_xref.parquet").read_bytes() == mapping
    report = json.loads((copy.home / "docs/identity_changes.json").read_text())
    assert report["customers"] > report["limit"]
    assert {"boss/bills", "crm/contacts"} <= {table["table"] for table in report["tables"]}
    assert {"ind_usage", "ind_value"} <= {table["table"] for table in report["indicators"]}
    assert report["campaigns"] and report["snapshots"]["rebuilt"] > 1
    ledger = Ledger(copy.settings.ledger_file)
    assert ledger.events("identity_merge", "identity_rename") == []
    assert ledger.verify_chain()


def run_again(installation):
    """Run with something to look at, so that it does run."""
    next((installation.home / "landing").rglob("*.csv")).touch()
    return installation.run()
