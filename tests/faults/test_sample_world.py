"""Intake against the answer sheet of the sample world: exactly the planted rows, no other.

The sheet was written by whoever damaged the files; intake has never seen it. What does not belong
here: what each fault looks like (the other files of this folder).
"""

from collections import Counter
from datetime import date

import duckdb
import pyarrow.parquet as pq
import pytest
from installation import install

from simulator import Density, sentinels, spoil, write_world
from warehouse.ledger import Ledger


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The answer sheet and an installation that took in the tables with planted faults."""
    site = install(tmp_path_factory.mktemp("sample"), threads=2)
    truth = site.home / "truth"
    density = Density(usage=0.05, views=0.5)
    write_world(site.landing, truth, 3000, 6, date(2026, 8, 1), 3, 3, density)
    flawed = [tuple(name.split(".")) for name in spoil.FLAWS]
    site.intake(*sorted({*flawed, *sentinels.PLACEHOLDERS}))
    return site, truth


def test_every_planted_bad_row_is_refused_for_its_reason_and_no_other_row_is(world):
    site, truth = world
    planted = Counter(
        (bad["source_name"], bad["table_name"], bad["record_number"], bad["reason_code"],
         bad["column_name"])
        for bad in pq.read_table(truth / "bad_rows.parquet").to_pylist()
    )  # fmt: skip
    pattern = site.lake / "quarantine" / "*" / "*" / "*" / "*.parquet"
    with duckdb.connect() as con:
        refused = con.sql(
            f"""select split_part(filename, '/', -4), split_part(filename, '/', -3), record_number,
                reason_code, column_name from read_parquet('{pattern}', filename = true)"""
        ).fetchall()
    assert Counter(refused) == planted
    assert len({reason for *_, reason, _ in planted}) == 3


def test_every_placeholder_date_is_counted_and_unknown_in_the_lake(world):
    site, truth = world
    planted = Counter()
    for row in pq.read_table(truth / "placeholders.parquet").to_pylist():
        planted[row["table_name"], row["column_name"]] += row["record_count"]
    ledger = Ledger(site.ledger_file)
    counted = Counter()
    tables = {file.file_id: file.table for file in ledger.files()}
    for event in ledger.events("sentinel_time"):
        for column, count in event.detail["columns"].items():
            counted[tables[event.subject], column] += count
    ledger.close()
    assert counted == planted
    assert len(planted) == 4
    with duckdb.connect() as con:
        for (source, table), (column, *_) in sentinels.PLACEHOLDERS.items():
            raw = f"{site.lake}/raw/{source}/{table}/*/*.parquet"
            odd = f"year({column}) in (1900, 1970, 9999)"
            born = " and party_type_code <> 'C'" if column == "birth_date" else ""
            found = con.sql(f"select count(*) from read_parquet('{raw}') where {odd}{born}")
            assert found.fetchone() == (0,)
