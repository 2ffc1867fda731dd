"""What senders do over time: deliver twice, with changes, late, out of order, by a new contract.

Pins down that the effect of a content is exactly once whatever its name and day of arrival, that
versions follow the contract's policy, and that everything but store and ledger can be lost.
"""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from exports import BILLS, CONTRACTS, CUSTOMERS, DAY, PRODUCTS, bills, content, customers
from installation import install

from warehouse.errors import RapportError
from warehouse.intake.take import run_intake
from warehouse.ledger import Ledger

NEXT = DAY + timedelta(days=1)


def events(site, *kinds: str) -> list[str]:
    ledger = Ledger(site.ledger_file)
    found = [event.kind for event in ledger.events() if event.kind in kinds]
    ledger.close()
    return found


def days(site) -> list[tuple]:
    ledger = Ledger(site.ledger_file)
    found = [(day.event_date, day.rows) for day in ledger.file_days()]
    ledger.close()
    return found


def test_the_same_content_under_two_names_counts_once(site):
    site.deliver_rows(BILLS, bills(3))
    site.deliver_rows(BILLS, bills(3), day=NEXT)
    assert site.intake(BILLS).states == {"duplicate": 1, "loaded": 1}
    site.deliver_rows(BILLS, bills(3))
    assert site.intake(BILLS).states == {"duplicate": 1}
    assert len(site.lake_rows(BILLS)) == 3
    assert days(site) == [(DAY, 3)]
    assert [row["deduplicated"] for row in site.accounting()] == [0, 3]
    assert events(site, "duplicate_delivery") == ["duplicate_delivery"] * 2


def test_a_full_extract_that_did_not_change_counts_on_each_day(site):
    row = {"product_id": "P1", "product_name": "x", "family_code": "voice"}
    for day in (DAY, NEXT):
        site.deliver_rows(PRODUCTS, [row], day=day)
    assert site.intake(PRODUCTS).states == {"loaded": 2}
    assert [row[-1] for row in site.lake_rows(PRODUCTS)] == [DAY, NEXT]


def test_a_new_version_replaces_the_old_one_and_the_old_one_can_come_back(site):
    second = [row | {"amount_yuan": "7.00"} for row in bills(2)]
    for version, amounts in ((bills(3), 3), (second, 2), (bills(3), 3)):
        site.deliver_rows(BILLS, version)
        assert site.intake(BILLS).states == {"loaded": 1}
        assert len(site.lake_rows(BILLS)) == amounts
        assert days(site) == [(DAY, amounts)]
    states = {row["file_state"]: row for row in site.accounting()}
    assert (states["loaded"]["loaded"], states["superseded"]["superseded"]) == (3, 2)
    assert events(site, "loaded", "superseded") == [
        "loaded",
        "superseded",
        "loaded",
        "superseded",
        "loaded",
    ]
    assert len(list(site.store.iterdir())) == 2


def test_a_new_version_is_refused_where_the_contract_says_so(site):
    strict = {BILLS: replace(CONTRACTS[BILLS], redelivery="refuse")}
    site.deliver_rows(BILLS, bills(3))
    run_intake(site, strict)
    site.deliver_rows(BILLS, bills(2))
    run_intake(site, strict)
    assert site.reasons() == ["RP-1007"]
    assert len(site.lake_rows(BILLS)) == 3


def test_a_bad_new_version_leaves_the_good_old_one(site):
    site.deliver_rows(BILLS, bills(3))
    site.intake(BILLS)
    site.deliver(BILLS, b"nothing\n", 0)
    assert site.intake(BILLS).states == {"quarantined": 1}
    assert len(site.lake_rows(BILLS)) == 3


def test_a_duplicate_takes_over_when_its_original_is_replaced(site):
    site.deliver_rows(BILLS, bills(3))
    site.deliver_rows(BILLS, bills(3), day=NEXT)
    site.intake(BILLS)
    site.deliver_rows(BILLS, bills(2, first=50))
    site.intake(BILLS)
    site.intake(BILLS)
    assert [row[0] for row in site.lake_rows(BILLS)] == [
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
        site = install(tmp_path / "".join(map(str, order)))
        site.key_path.parent.mkdir(parents=True)
        site.key_path.write_bytes(key)
        site.key_path.chmod(0o600)
        for step in order:
            day = DAY + timedelta(days=step)
            site.deliver_rows(BILLS, bills(3, day, first=10 * step + 1), day)
            site.deliver_rows(CUSTOMERS, customers(3, first=2 * step + 1), day)
            site.intake(BILLS, CUSTOMERS)
        seen.add(str((site.written_bytes("lake", "vault"), days(site))))
    assert len(seen) == 1


def test_the_whole_lake_and_vault_are_rebuilt_from_the_store(site):
    site.deliver_rows(BILLS, [*bills(9), bills(1, first=10)[0] | {"amount_yuan": "x"}])
    site.deliver_rows(CUSTOMERS, customers(3))
    site.intake()
    before = site.written_bytes("lake", "vault")
    shutil.rmtree(site.lake)
    shutil.rmtree(site.vault)
    shutil.rmtree(site.landing)
    site.intake()
    assert site.written_bytes("lake", "vault") == before
    assert site.refused_records() == [(10, "RP-1101", "amount_yuan")]
    assert len(before) == len(CONTRACTS) + 4


def test_a_stranger_in_the_lake_is_removed(site):
    site.deliver_rows(BILLS, bills(3))
    site.intake(BILLS)
    before = site.written_bytes("lake", "vault")
    loaded = next(site.lake.glob("raw/boss/bills/*2026*/*.parquet"))
    shutil.copy(loaded, loaded.with_name("0123456789abcdef.parquet"))
    (loaded.parent / ".half.tmp").write_bytes(b"x")
    site.intake(BILLS)
    assert site.written_bytes("lake", "vault") == before


def test_stored_bytes_that_changed_stop_the_intake(site):
    site.deliver_rows(BILLS, bills(3))
    site.intake(BILLS)
    (kept,) = site.store.iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"L000001", b"L000009"))
    shutil.rmtree(site.lake)
    with pytest.raises(RapportError, match="RP-3008"):
        site.intake(BILLS)


def test_an_alias_added_to_the_contract_loads_the_refused_file_from_the_store(site):
    data = content(CONTRACTS[BILLS], bills(3)).replace(b"amount_yuan", b"fee", 1)
    site.deliver(BILLS, data, 3)
    site.intake(BILLS)
    assert site.reasons() == ["RP-1012"]
    columns = tuple(
        replace(column, aliases=("fee",)) if column.name == "amount_yuan" else column
        for column in CONTRACTS[BILLS].columns
    )
    widened = {BILLS: replace(CONTRACTS[BILLS], columns=columns)}
    assert run_intake(site, widened).states == {"loaded": 1}
    assert len(site.lake_rows(BILLS)) == 3
    assert run_intake(site, widened).files == []


def test_a_column_added_to_the_contract_is_filled_from_files_loaded_before(site):
    header = [*(column.name for column in CONTRACTS[BILLS].columns), "points"]
    rows = [row | {"points": "seventeen"} for row in bills(2)]
    site.deliver(BILLS, content(CONTRACTS[BILLS], rows, header), 2)
    site.intake(BILLS)
    contract = CONTRACTS[BILLS]
    points = replace(contract.columns[0], name="points", required=False)
    wider = {BILLS: replace(contract, columns=(*contract.columns, points))}
    run_intake(site, wider)
    assert [row[8] for row in site.lake_rows(BILLS)] == ["seventeen"] * 2


def test_a_late_file_marks_only_the_days_it_holds(site):
    site.deliver_rows(BILLS, bills(2, NEXT), NEXT)
    site.intake(BILLS)
    late = [*bills(1, DAY, first=7), *bills(2, date(2026, 10, 3), first=8)]
    site.deliver_rows(BILLS, late, DAY)
    site.intake(BILLS)
    assert days(site) == [(date(2026, 10, 3), 2), (DAY, 1), (NEXT, 2)]


def test_a_lost_or_open_key_stops_everything(site):
    site.deliver_rows(CUSTOMERS, customers(3))
    site.intake(CUSTOMERS)
    assert site.key_path.stat().st_mode & 0o777 == 0o600
    key = site.key_path.read_bytes()
    for damage, code in (
        (lambda: site.key_path.unlink(), "RP-3003"),
        (lambda: site.key_path.write_bytes(key) and site.key_path.chmod(0o640), "RP-3005"),
        (lambda: site.key_path.chmod(0o600) or site.key_path.write_bytes(b"x"), "RP-3005"),
    ):
        damage()
        with pytest.raises(RapportError, match=code):
            site.intake(CUSTOMERS)
    site.key_path.write_bytes(key)
    assert site.intake(CUSTOMERS).files == []
