"""What senders do over time: deliver twice, with changes, late, out of order, by a new contract.

Pins down that the effect of a content is exactly once whatever its name and day of arrival, that
versions follow the contract's policy, and that everything but store and ledger can be lost.
"""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from exports import (
    BILLS,
    CONTRACTS,
    CUSTOMERS,
    DAY,
    accounting,
    bills,
    content,
    customers,
    deliver,
    deliver_rows,
    intake,
    lake_rows,
    make_settings,
    reasons,
    refused_records,
    written_bytes,
)

from warehouse.errors import RapportError
from warehouse.intake.take import run_intake
from warehouse.ledger import Ledger

PRODUCTS = ("crm", "products")
NEXT = DAY + timedelta(days=1)


def events(settings, *kinds: str) -> list[str]:
    ledger = Ledger(settings.ledger_file)
    found = [event.kind for event in ledger.events() if event.kind in kinds]
    ledger.close()
    return found


def days(settings) -> list[tuple]:
    ledger = Ledger(settings.ledger_file)
    found = [(day.event_date, day.rows) for day in ledger.file_days()]
    ledger.close()
    return found


def test_the_same_content_under_two_names_counts_once(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, BILLS, bills(3))
    deliver_rows(settings, BILLS, bills(3), day=NEXT)
    assert intake(settings, BILLS).states == {"duplicate": 1, "loaded": 1}
    deliver_rows(settings, BILLS, bills(3))
    assert intake(settings, BILLS).states == {"duplicate": 1}
    assert len(lake_rows(settings, BILLS)) == 3
    assert days(settings) == [(DAY, 3)]
    assert [row["deduplicated"] for row in accounting(settings)] == [0, 3]
    assert events(settings, "duplicate_delivery") == ["duplicate_delivery"] * 2


def test_a_full_extract_that_did_not_change_counts_on_each_day(tmp_path):
    settings = make_settings(tmp_path)
    row = {"product_id": "P1", "product_name": "x", "family_code": "voice"}
    for day in (DAY, NEXT):
        deliver_rows(settings, PRODUCTS, [row], day=day)
    assert intake(settings, PRODUCTS).states == {"loaded": 2}
    assert [row[-1] for row in lake_rows(settings, PRODUCTS)] == [DAY, NEXT]


def test_a_new_version_replaces_the_old_one_and_the_old_one_can_come_back(tmp_path):
    settings = make_settings(tmp_path)
    second = [row | {"amount_yuan": "7.00"} for row in bills(2)]
    for version, amounts in ((bills(3), 3), (second, 2), (bills(3), 3)):
        deliver_rows(settings, BILLS, version)
        assert intake(settings, BILLS).states == {"loaded": 1}
        assert len(lake_rows(settings, BILLS)) == amounts
        assert days(settings) == [(DAY, amounts)]
    states = {row["file_state"]: row for row in accounting(settings)}
    assert (states["loaded"]["loaded"], states["superseded"]["superseded"]) == (3, 2)
    assert events(settings, "loaded", "superseded") == [
        "loaded",
        "superseded",
        "loaded",
        "superseded",
        "loaded",
    ]
    assert len(list(settings.store.iterdir())) == 2


def test_a_new_version_is_refused_where_the_contract_says_so(tmp_path):
    settings = make_settings(tmp_path)
    strict = {BILLS: replace(CONTRACTS[BILLS], redelivery="refuse")}
    deliver_rows(settings, BILLS, bills(3))
    run_intake(settings, strict)
    deliver_rows(settings, BILLS, bills(2))
    run_intake(settings, strict)
    assert reasons(settings) == ["RP-1007"]
    assert len(lake_rows(settings, BILLS)) == 3


def test_a_bad_new_version_leaves_the_good_old_one(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, BILLS, bills(3))
    intake(settings, BILLS)
    deliver(settings, BILLS, b"nothing\n", 0)
    assert intake(settings, BILLS).states == {"quarantined": 1}
    assert len(lake_rows(settings, BILLS)) == 3


def test_a_duplicate_takes_over_when_its_original_is_replaced(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, BILLS, bills(3))
    deliver_rows(settings, BILLS, bills(3), day=NEXT)
    intake(settings, BILLS)
    deliver_rows(settings, BILLS, bills(2, first=50))
    intake(settings, BILLS)
    intake(settings, BILLS)
    assert [row[0] for row in lake_rows(settings, BILLS)] == [
        "L000001",
        "L000002",
        "L000003",
        "L000050",
        "L000051",
    ]


def test_files_in_any_order_give_the_same_lake(tmp_path):
    seen = set()
    key = bytes(range(32))
    for order in permutations(range(3)):
        settings = make_settings(tmp_path / "".join(map(str, order)))
        settings.key_path.parent.mkdir(parents=True)
        settings.key_path.write_bytes(key)
        settings.key_path.chmod(0o600)
        for step in order:
            day = DAY + timedelta(days=step)
            deliver_rows(settings, BILLS, bills(3, day, first=10 * step + 1), day)
            deliver_rows(settings, CUSTOMERS, customers(3, first=2 * step + 1), day)
            intake(settings, BILLS, CUSTOMERS)
        seen.add(str((written_bytes(settings, "lake", "vault"), days(settings))))
    assert len(seen) == 1


def test_the_whole_lake_and_vault_are_rebuilt_from_the_store(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, BILLS, [*bills(9), bills(1, first=10)[0] | {"amount_yuan": "x"}])
    deliver_rows(settings, CUSTOMERS, customers(3))
    intake(settings)
    before = written_bytes(settings, "lake", "vault")
    shutil.rmtree(settings.lake)
    shutil.rmtree(settings.vault)
    shutil.rmtree(settings.landing)
    intake(settings)
    assert written_bytes(settings, "lake", "vault") == before
    assert refused_records(settings) == [(10, "RP-1101", "amount_yuan")]
    assert len(before) == len(CONTRACTS) + 4


def test_a_stranger_in_the_lake_is_removed(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, BILLS, bills(3))
    intake(settings, BILLS)
    before = written_bytes(settings, "lake", "vault")
    loaded = next(settings.lake.glob("raw/boss/bills/*2026*/*.parquet"))
    shutil.copy(loaded, loaded.with_name("0123456789abcdef.parquet"))
    (loaded.parent / ".half.tmp").write_bytes(b"x")
    intake(settings, BILLS)
    assert written_bytes(settings, "lake", "vault") == before


def test_stored_bytes_that_changed_stop_the_intake(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, BILLS, bills(3))
    intake(settings, BILLS)
    (kept,) = settings.store.iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"L000001", b"L000009"))
    shutil.rmtree(settings.lake)
    with pytest.raises(RapportError, match="RP-3008"):
        intake(settings, BILLS)


def test_an_alias_added_to_the_contract_loads_the_refused_file_from_the_store(tmp_path):
    settings = make_settings(tmp_path)
    data = content(CONTRACTS[BILLS], bills(3)).replace(b"amount_yuan", b"fee", 1)
    deliver(settings, BILLS, data, 3)
    intake(settings, BILLS)
    assert reasons(settings) == ["RP-1012"]
    columns = tuple(
        replace(column, aliases=("fee",)) if column.name == "amount_yuan" else column
        for column in CONTRACTS[BILLS].columns
    )
    widened = {BILLS: replace(CONTRACTS[BILLS], columns=columns)}
    assert run_intake(settings, widened).states == {"loaded": 1}
    assert len(lake_rows(settings, BILLS)) == 3
    assert run_intake(settings, widened).files == []


def test_a_column_added_to_the_contract_is_filled_from_files_loaded_before(tmp_path):
    settings = make_settings(tmp_path)
    header = [*(column.name for column in CONTRACTS[BILLS].columns), "points"]
    rows = [row | {"points": "seventeen"} for row in bills(2)]
    deliver(settings, BILLS, content(CONTRACTS[BILLS], rows, header), 2)
    intake(settings, BILLS)
    contract = CONTRACTS[BILLS]
    points = replace(contract.columns[0], name="points", required=False)
    wider = {BILLS: replace(contract, columns=(*contract.columns, points))}
    run_intake(settings, wider)
    assert [row[8] for row in lake_rows(settings, BILLS)] == ["seventeen"] * 2


def test_a_late_file_marks_only_the_days_it_holds(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, BILLS, bills(2, NEXT), NEXT)
    intake(settings, BILLS)
    late = [*bills(1, DAY, first=7), *bills(2, date(2026, 10, 3), first=8)]
    deliver_rows(settings, BILLS, late, DAY)
    intake(settings, BILLS)
    assert days(settings) == [(date(2026, 10, 3), 2), (DAY, 1), (NEXT, 2)]


def test_a_lost_or_open_key_stops_everything(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, CUSTOMERS, customers(3))
    intake(settings, CUSTOMERS)
    assert settings.key_path.stat().st_mode & 0o777 == 0o600
    key = settings.key_path.read_bytes()
    for damage, code in (
        (lambda: settings.key_path.unlink(), "RP-3003"),
        (lambda: settings.key_path.write_bytes(key) and settings.key_path.chmod(0o640), "RP-3005"),
        (lambda: settings.key_path.chmod(0o600) or settings.key_path.write_bytes(b"x"), "RP-3005"),
    ):
        damage()
        with pytest.raises(RapportError, match=code):
            intake(settings, CUSTOMERS)
    settings.key_path.write_bytes(key)
    assert intake(settings, CUSTOMERS).files == []
