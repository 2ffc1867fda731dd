"""A file read in slices is the file: cutting, order of results, repeated keys, agreement of ways.

Pins down that a slice ends where a record ends whatever is quoted, that slices of any size give the
rows of the careful way, and that hashes of keys are compared across slices and parts.
"""

import csv
import io
from datetime import timedelta

import duckdb
import numpy as np
import pytest
from exports import BILLS, CONTRACTS, CUSTOMERS, DAY, bills, content, customers
from hypothesis import given, settings
from hypothesis import strategies as st
from installation import install, with_key

from warehouse.intake import careful, key_hashes, load, slices
from warehouse.intake.key_hashes import KeyHashes

WORDS = st.text(alphabet='ab,"\n ', max_size=6)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.lists(WORDS, min_size=2, max_size=2), max_size=20), st.integers(1, 40))
def test_slices_hold_whole_records_and_nothing_is_lost(records, size):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(records)
    text = out.getvalue().encode()
    blocks = [text[at : at + 3] for at in range(0, len(text), 3)]
    before, slices.SLICE_BYTES = slices.SLICE_BYTES, size
    try:
        made = list(slices.cut(iter(blocks)))
    except slices.UnusualError:
        longest = max(len(record) for record in whole_records(records))
        assert longest > size, "only a record longer than a slice is unusual"
        return
    finally:
        slices.SLICE_BYTES = before
    assert b"".join(made) == text
    read = [row for part in made for row in csv.reader(io.StringIO(part.decode(), newline=""))]
    assert read == list(csv.reader(io.StringIO(out.getvalue(), newline="")))


def whole_records(records: list[list[str]]) -> list[bytes]:
    made = []
    for record in records:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(record)
        made.append(out.getvalue().encode())
    return made or [b""]


@pytest.mark.parametrize("size", [200, 1000, 1 << 20])
def test_slices_of_any_size_give_the_rows_of_the_careful_way(tmp_path, monkeypatch, size):
    rows = [
        row | {"bill_id": f'B\n"{at}"' if at % 5 == 0 else "B"} for at, row in enumerate(bills(60))
    ]
    people = customers(40)
    seen = []
    for way in ("fast", "careful"):
        site = with_key(tmp_path / way, threads=2)
        site.deliver_rows(BILLS, rows)
        site.deliver_rows(CUSTOMERS, people)
        with monkeypatch.context() as patch:
            patch.setattr(slices, "SLICE_BYTES", size)
            other = "load_carefully" if way == "fast" else "load_fast"
            patch.setattr(load, other, unusual if way == "careful" else not_this_way)
            site.intake(BILLS, CUSTOMERS)
        assert site.reasons() == []
        seen.append([site.lake_rows(key, lineage=True) for key in (BILLS, CUSTOMERS)])
        seen[-1].append(vault_rows(site))
    assert seen[0] == seen[1]
    assert [row[-3] for row in sorted(seen[0][0])] == list(range(1, 61))


def not_this_way(worker):
    raise AssertionError("a good file goes the fast way")


def unusual(worker):
    raise slices.UnusualError


def vault_rows(site) -> list[tuple]:
    with duckdb.connect() as con:
        return con.sql(
            f"from read_parquet('{site.vault}/crm/customers/*/*.parquet') order by _record"
        ).fetchall()


def test_the_number_of_threads_does_not_change_a_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(slices, "SLICE_BYTES", 500)
    seen = set()
    for threads in (1, 3):
        site = install(tmp_path / str(threads), threads=threads)
        site.deliver_rows(BILLS, bills(200))
        site.intake(BILLS)
        seen.add(str(site.written_bytes("lake")))
    assert len(seen) == 1


def test_a_key_repeated_in_another_slice_is_found(site, monkeypatch):
    monkeypatch.setattr(slices, "SLICE_BYTES", 500)
    rows = bills(100)
    rows += [rows[0], rows[1] | {"amount_yuan": "99.00"}]
    site.deliver_rows(BILLS, rows)
    site.intake(BILLS)
    (account,) = site.accounting()
    assert (account["loaded"], account["quarantined"], account["deduplicated"]) == (99, 2, 1)
    assert [record for record, _, _ in site.refused_records()] == [2, 102]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(0, 50), max_size=9), max_size=9), st.integers(1, 12))
def test_repeated_hashes_are_found_in_parts_of_any_size(tmp_path_factory, chunks, part):
    before, key_hashes.PART = key_hashes.PART, part
    try:
        with KeyHashes(tmp_path_factory.mktemp("keys") / "keys") as keys:
            for chunk in chunks:
                keys.add(np.array(chunk, dtype=np.uint64))
            everything = [value for chunk in chunks for value in chunk]
            assert keys.repeat() == (len(set(everything)) < len(everything))
    finally:
        key_hashes.PART = before


@pytest.mark.parametrize("at", range(0, 260, 13))
def test_a_byte_that_is_no_text_refuses_the_file_wherever_it_lies(site, at):
    good = content(CONTRACTS[BILLS], bills(4))
    site.deliver(BILLS, good[:at] + b"\xff" + good[at + 1 :], 4)
    site.intake(BILLS)
    assert site.reasons() == ["RP-1014"]


def test_a_good_day_is_never_read_record_by_record(site, monkeypatch):
    monkeypatch.setattr(careful, "decode", not_this_way)
    crlf = content(CONTRACTS[BILLS], bills(9)).replace(b"\n", b"\r\n")
    for step, data in enumerate((content(CONTRACTS[BILLS], bills(9, first=20)), crlf)):
        site.deliver(BILLS, data, 9, DAY + timedelta(days=step))
    assert site.intake(BILLS).states == {"loaded": 2}
