"""Files late or changed: what they restate is exactly what they touch, and is written down.

The days are compared with a second method: which local days stand on other files than before.
"""

from dataclasses import replace
from datetime import date, timedelta

from exports import BILLS, CONTRACTS, CUSTOMERS, DAY, bills, customers
from installation import install

from warehouse.deliveries.restatement import events_of, expand, history, since_last, unpublished
from warehouse.intake import accepted
from warehouse.intake.take import run_intake
from warehouse.ledger import Ledger

D1, D2, D3, D4 = (DAY + timedelta(days=back) for back in range(4))


def take(site, *days_and_rows) -> None:
    for day, rows in days_and_rows:
        site.deliver_rows(BILLS, rows, day)
    site.intake(BILLS, CUSTOMERS)


def publish(site, as_of: date) -> list:
    """What the ledger learns when a generation is published."""
    ledger = Ledger(site.ledger_file)
    found = since_last(ledger, site, as_of)
    name, fence = f"g{len(ledger.generations())}", ledger.start_run(as_of)
    ledger.record_generation(name, fence, as_of, "published", events_of(name, found))
    assert [r for generation, r in history(ledger) if generation == name] == found
    assert ledger.verify_chain()
    ledger.close()
    return found


def bases(site) -> dict[date, set[str]]:
    """The files that hold rows of each day."""
    ledger = Ledger(site.ledger_file)
    found: dict[date, set[str]] = {}
    for row in ledger.file_days():
        found.setdefault(row.event_date, set()).add(row.file_id)
    ledger.close()
    return found


def changed_days(before: dict, after: dict) -> list[date]:
    return sorted(d for d in {*before, *after} if before.get(d) != after.get(d))


def seen(found: list) -> list[tuple]:
    return [(r.business_date, r.reason, r.late_by_days, r.days) for r in found]


def test_days_that_come_in_order_restate_nothing(site):
    for number, day in enumerate([D1, D2, D3]):
        take(site, (day, bills(2, day, first=10 * number + 1)))
        assert publish(site, day) == []


def test_a_file_three_days_late_equals_one_in_order_and_restates_its_day_alone(tmp_path):
    late, orderly = install(tmp_path / "late"), install(tmp_path / "orderly")
    delivered = [(day, bills(2, day, first=10 * n + 1)) for n, day in enumerate([D1, D2, D3, D4])]
    take(orderly, *delivered)
    late.key_path.parent.mkdir(parents=True)
    late.key_path.write_bytes(orderly.key_path.read_bytes())
    late.key_path.chmod(0o600)
    for step in (delivered[0], delivered[2]):
        take(late, step)
        publish(late, step[0])
    before = bases(late)
    take(late, delivered[1], delivered[3])
    assert seen(publish(late, D4 + timedelta(days=1))) == [(D2, "late", 3, (str(D2),))]
    assert changed_days(before, bases(late)) == [D2, D4]
    assert late.written_bytes("lake", "vault") == orderly.written_bytes("lake", "vault")


def test_a_corrected_file_restates_the_days_of_both_its_versions(site):
    old = [*bills(2, D1), *bills(1, D1 - timedelta(days=9), first=5)]
    take(site, (D1, old), (D2, bills(2, D2, first=20)))
    publish(site, D2)
    before = bases(site)
    new = [*bills(2, D1), *bills(1, D1 - timedelta(days=1), first=6)]
    take(site, (D1, new))
    (found,) = publish(site, D2)
    assert (found.reason, found.late_by_days, found.business_date) == ("corrected", 0, D1)
    assert expand(found.days) == changed_days(before, bases(site))
    assert found.days == ("2026-10-23", "2026-10-31/2026-11-01")
    assert found.replaced_file_id in before[D1]


def test_a_version_that_came_and_went_between_two_publications_restates_nothing(site):
    take(site, (D1, bills(2, D1)))
    publish(site, D1)
    take(site, (D1, bills(3, D1)))
    take(site, (D1, bills(2, D1)))
    assert publish(site, D1) == []


def test_late_rows_in_a_file_that_came_in_time_restate_their_days(site):
    take(site, (D1, bills(2, D1)))
    publish(site, D1)
    take(site, (D2, [*bills(2, D2, first=5), *bills(1, D1, first=9)]))
    assert seen(publish(site, D2)) == [(D2, "late_rows", 0, (str(D1),))]


def test_a_changed_contract_restates_what_it_reads_differently(site):
    take(site, (D1, bills(2, D1)))
    publish(site, D1)
    run_intake(site, {BILLS: replace(CONTRACTS[BILLS], timezone="UTC")})
    assert seen(publish(site, D1)) == [(D1, "contract", 0, (str(D1),))]
    assert publish(site, D1) == []


def test_a_file_without_event_days_names_its_date(site):
    take(site, (D2, bills(2, D2)))
    publish(site, D2)
    site.deliver_rows(CUSTOMERS, customers(2), D1)
    take(site)
    assert seen(publish(site, D2)) == [(D1, "late", 1, ())]


def test_a_lake_rebuilt_from_the_store_restates_nothing(site):
    take(site, (D1, bills(2, D1)))
    publish(site, D1)
    for path in site.lake.glob("raw/boss/bills/*2026*/*.parquet"):
        path.unlink()
    take(site)
    assert publish(site, D1) == []


def test_changing_a_closed_month_is_said_aloud(tmp_path, caplog):
    october, november = date(2026, 10, 30), date(2026, 11, 11)
    for as_of, is_closed in ((date(2026, 11, 10), False), (november, True)):
        site = install(tmp_path / str(as_of))
        take(site, (as_of, bills(2, as_of)))
        publish(site, as_of)
        site.deliver_rows(BILLS, bills(2, october, first=20), october)
        take(site)
        caplog.clear()
        (found,) = publish(site, as_of)
        assert found.is_closed is is_closed
        assert ("RP-1201 closed_month_restated source=boss table=bills" in caplog.text) is is_closed


def test_before_the_first_publication_nothing_counts_as_come_since(site):
    take(site, (D1, bills(2, D1)))
    ledger = Ledger(site.ledger_file)
    assert unpublished(ledger) == set()
    publish(site, D1)
    assert unpublished(ledger) == set()
    take(site, (D2, bills(2, D2, first=5)))
    (file,) = (file for file in ledger.active_files() if file.business_date == D2)
    assert unpublished(ledger) == {file.file_id}


def test_files_that_are_only_read_in_another_way_have_not_come_since(site, monkeypatch):
    take(site, (D1, bills(2, D1)))
    publish(site, D1)
    monkeypatch.setattr(accepted, "LAYOUT", accepted.LAYOUT + 1)
    site.intake(BILLS, CUSTOMERS)
    ledger = Ledger(site.ledger_file)
    assert ledger.events("loaded")[-1].detail["is_reread"]
    assert unpublished(ledger) == set()


def test_customers_that_merged_are_a_restatement_of_their_own(site):
    take(site, (D1, bills(2, D1)))
    publish(site, D1)
    ledger = Ledger(site.ledger_file)
    for old in ("k2", "k3"):
        detail = {"from": old, "records": 1, "change_set": "c1"}
        ledger.append_event("identity_merge", "k1", detail)
    (found,) = publish(site, D2)
    assert (found.reason, found.table, found.file_id) == ("identity", "customer_xref", "c1")
    assert publish(site, D2) == []
