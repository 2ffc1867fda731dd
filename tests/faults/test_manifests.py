"""What senders say about their files: manifests that come early, late, wrong or not at all, parts.

Pins down that a manifest is believed whenever it is there, and waited for only where the contract
insists; and that each part of a day has versions of its own.
"""

import hashlib
import json
from dataclasses import replace

from exports import BILLS, CONTRACTS, DAY, bills, content
from installation import install

from warehouse.intake.take import IntakeResult, run_intake
from warehouse.ledger import Ledger

OPTIONAL = {BILLS: replace(CONTRACTS[BILLS], manifest="optional")}
PARTS = {BILLS: replace(CONTRACTS[BILLS], manifest="none", files="bills_{date}_{part}.csv")}


def announce(path, rows: int, data: bytes | None = None) -> None:
    digest = hashlib.sha256(path.read_bytes() if data is None else data).hexdigest()
    manifest = path.with_name(path.name + ".ok")
    manifest.write_text(json.dumps({"rows": rows, "sha256": digest}))


def kinds(site) -> list[str]:
    return [event.kind for event in Ledger(site.ledger_file).events()]


def take(site, contracts=OPTIONAL) -> IntakeResult:
    return run_intake(site, contracts)


def test_an_optional_manifest_that_is_there_ends_the_waiting(tmp_path, monkeypatch):
    site = install(tmp_path, settle_seconds=3600.0)
    monkeypatch.setattr("time.sleep", lambda seconds: 1 / 0)
    announce(site.deliver(BILLS, content(CONTRACTS[BILLS], bills(3))), 3)
    assert take(site).states == {"loaded": 1}


def test_an_optional_manifest_that_never_comes_is_not_waited_for(site):
    site.deliver(BILLS, content(CONTRACTS[BILLS], bills(3)))
    assert take(site).states == {"loaded": 1}


def test_an_optional_manifest_half_written_is_waited_for(site):
    path = site.deliver(BILLS, content(CONTRACTS[BILLS], bills(3)))
    path.with_name(path.name + ".ok").write_text('{"rows": 3,')
    assert take(site).states == {"waiting": 1}
    announce(path, 3)
    assert take(site).states == {"loaded": 1}


def test_an_optional_manifest_that_differs_refuses_the_file(site):
    path = site.deliver(BILLS, content(CONTRACTS[BILLS], bills(3)))
    announce(path, 3, data=b"something else")
    assert take(site).states == {"quarantined": 1}
    announce(path, 4)
    assert [file.reason_code for file in take(site).files] == ["RP-1010"]
    assert site.lake_rows(BILLS) == []
    announce(path, 3)
    assert take(site).states == {"loaded": 1}


def test_a_manifest_after_its_file_confirms_it_without_a_second_delivery(site):
    path = site.deliver(BILLS, content(CONTRACTS[BILLS], bills(3)))
    take(site)
    announce(path, 3)
    assert take(site).files == []
    assert kinds(site) == ["loaded", "manifest_confirmed"]
    assert take(site).files == []


def test_a_manifest_after_its_file_that_differs_takes_the_rows_back(tmp_path):
    for number, (rows, data) in enumerate([(3, b"other bytes"), (4, None)]):
        site = install(tmp_path / str(number))
        path = site.deliver(BILLS, content(CONTRACTS[BILLS], bills(3)))
        take(site)
        announce(path, rows, data)
        assert [file.reason_code for file in take(site).files] == ["RP-1010"]
        assert site.lake_rows(BILLS) == []
        assert Ledger(site.ledger_file).file_days() == []
        assert [row["loaded"] for row in site.accounting()] == [0]


def deliver_part(site, part: str, rows: list[dict]) -> None:
    stamp = DAY.strftime("%Y%m%d")
    site.deliver(BILLS, content(CONTRACTS[BILLS], rows), name=f"bills_{stamp}_{part}.csv")


def amounts(site) -> list[str]:
    return sorted(str(row[5]) for row in site.lake_rows(BILLS))


def test_the_parts_of_a_day_stand_together_and_are_replaced_one_by_one(site):
    deliver_part(site, "01", bills(2))
    deliver_part(site, "02", bills(2, first=3))
    assert take(site, PARTS).states == {"loaded": 2}
    deliver_part(site, "02", [bills(1, first=3)[0] | {"amount_yuan": "9.99"}])
    assert take(site, PARTS).states == {"loaded": 1}
    assert amounts(site) == ["1.01", "2.02", "9.99"]
    files = Ledger(site.ledger_file).files()
    assert sorted((file.part, file.state) for file in files) == [
        ("01", "loaded"),
        ("02", "loaded"),
        ("02", "superseded"),
    ]


def test_the_same_content_as_two_parts_counts_once(site):
    for part in ("01", "02"):
        deliver_part(site, part, bills(2))
    assert take(site, PARTS).states == {"duplicate": 1, "loaded": 1}
    assert amounts(site) == ["1.01", "2.02"]
