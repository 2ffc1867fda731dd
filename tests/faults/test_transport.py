"""What can happen to a file on its way to landing: cut, held back, badly named, or a bomb.

Pins down that a damaged file is refused whole with its code, that its bytes are kept, that an
unfinished one waits, and that nothing but a plain file with the contract's name is ever opened.
"""

import gzip
import hashlib
import json
import os
import socket
import stat
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from exports import (
    BILLS,
    CONSENTS,
    CONTRACTS,
    CUSTOMERS,
    DAY,
    USAGE,
    VIEWS,
    bills,
    content,
    customers,
    views,
)
from installation import install

from warehouse.errors import RapportError
from warehouse.intake.landing import far_ahead
from warehouse.lease import lease
from warehouse.pending import look_for


def announce(path: Path, data: bytes, rows: int) -> None:
    announced = {"rows": rows, "sha256": hashlib.sha256(data).hexdigest()}
    path.with_name(path.name + ".ok").write_text(json.dumps(announced))


def test_a_file_cut_at_any_byte_is_refused_or_whole(site):
    whole = content(CONTRACTS[BILLS], bills(3))
    for cut in range(len(whole) + 1):
        path = site.deliver(BILLS, whole[:cut], day=DAY + timedelta(days=cut))
        announce(path, whole, 3)
    result = site.intake(BILLS)
    assert result.states == {"loaded": 1, "quarantined": len(whole)}
    assert [row[0] for row in site.lake_rows(BILLS)] == ["L000001", "L000002", "L000003"]
    assert set(site.reasons()) == {"RP-1004", "RP-1006", "RP-1010"}


def test_a_file_cut_without_manifest_never_gives_a_wrong_value(site):
    consent = {"customer_id": "C1", "channel_code": "phone", "scope_code": "marketing"}
    consent |= {"is_granted": "1", "changed_at": "2026/10/31 12:34:56"}
    rows = [consent | {"consent_id": f"K{number}"} for number in range(3)]
    whole = content(CONTRACTS[CONSENTS], rows)
    for cut in range(len(whole)):
        site.deliver(CONSENTS, whole[:cut], day=DAY + timedelta(days=cut))
    site.deliver(CONSENTS, whole, day=DAY - timedelta(days=1))
    site.intake(CONSENTS)
    right = [row[:-1] for row in site.lake_rows(CONSENTS) if row[-1] < DAY]
    assert len(right) == 3
    assert {row[:-1] for row in site.lake_rows(CONSENTS)} == set(right)


def test_a_file_altered_on_the_way_is_refused_by_its_manifest(site):
    whole = content(CONTRACTS[BILLS], bills(3))
    announce(site.deliver(BILLS, whole.replace(b"1.01", b"7.01")), whole, 3)
    site.intake(BILLS)
    assert site.reasons() == ["RP-1010"]


def test_a_gzip_cut_anywhere_is_refused(site):
    whole = content(CONTRACTS[VIEWS], views(10))
    for step, cut in enumerate(range(1, len(whole), max(len(whole) // 20, 1))):
        site.deliver(VIEWS, whole[:cut], day=DAY + timedelta(days=step))
    assert set(site.intake(VIEWS).states) == {"quarantined"}
    assert set(site.reasons()) == {"RP-1005"}
    assert site.lake_rows(VIEWS) == []


def test_an_empty_file_is_refused_and_a_header_alone_is_a_day_without_rows(site):
    products = ("crm", "products")
    site.deliver(CUSTOMERS, b"")
    site.deliver(BILLS, content(CONTRACTS[BILLS], []), rows=0)
    site.deliver(products, content(CONTRACTS[products], []))
    site.deliver(VIEWS, content(CONTRACTS[VIEWS], []))
    states = {(f.source, f.table): f.state for f in site.intake().files}
    assert states == {
        CUSTOMERS: "quarantined",
        BILLS: "loaded",
        products: "quarantined",
        VIEWS: "loaded",
    }
    assert site.reasons() == ["RP-1006", "RP-1006"]


def test_a_gzip_bomb_is_refused_before_it_is_inflated(site):
    bomb = gzip.compress(b"0" * 300_000_000, compresslevel=9)
    site.deliver(USAGE, bomb, rows=1)
    site.intake(USAGE)
    assert site.reasons() == ["RP-1021"]
    assert not list(site.vault.rglob("*.text"))


def test_a_half_uploaded_file_waits_for_its_manifest(site):
    whole = content(CONTRACTS[BILLS], bills(3))
    site.deliver(BILLS, whole[:100])
    assert site.intake(BILLS).states == {"waiting": 1}
    assert site.accounting() == []
    site.deliver(BILLS, whole, rows=3)
    assert site.intake(BILLS).states == {"loaded": 1}


def test_a_growing_file_without_manifest_waits_until_it_is_quiet(tmp_path, monkeypatch):
    site = install(tmp_path, settle_seconds=5.0)
    whole = content(CONTRACTS[CUSTOMERS], customers(3))
    path = site.deliver(CUSTOMERS, whole[:50])
    slept = []

    def upload(seconds: float) -> None:
        if not slept:
            path.write_bytes(whole)
        slept.append(seconds)

    monkeypatch.setattr(time, "sleep", upload)
    assert site.intake(CUSTOMERS).states == {"waiting": 1}
    assert site.intake(CUSTOMERS).states == {"loaded": 1}
    assert slept == [5.0, 5.0]
    assert site.intake(CUSTOMERS).files == []
    assert len(slept) == 2, "a file that was dealt with is not waited for"


def test_a_manifest_that_does_not_fit_refuses_the_file_until_it_is_corrected(site):
    whole = content(CONTRACTS[BILLS], bills(3))
    path = site.deliver(BILLS, whole, rows=4)
    site.intake(BILLS)
    assert site.reasons() == ["RP-1010"]
    announce(path, whole, 3)
    os.utime(path.with_name(path.name + ".ok"), (2e9, 2e9))
    assert site.intake(BILLS).states == {"loaded": 1}
    assert len(site.lake_rows(BILLS)) == 3


def test_unsafe_and_odd_names_are_refused_once_and_never_opened(tmp_path):
    site = install(tmp_path)
    good = site.deliver_rows(CUSTOMERS, customers(2))
    folder = good.parent
    secret = tmp_path / "secret.csv"
    secret.write_bytes(content(CONTRACTS[CUSTOMERS], customers(1, first=90)))
    (folder / "customers_20261102.csv").symlink_to(secret)
    os.link(secret, folder / "customers_20261103.csv")
    os.mkfifo(folder / "customers_20261104.csv")
    (folder / "customers_20261105.csv").mkdir()
    odd = ["a'; drop table x;--.csv", "*.csv", "x" * 251 + ".csv", "客户_20261101.csv", "\n.csv"]
    for name in [*odd, "customers_20261399.csv", "customers_２０２６１１０１.csv"]:
        (folder / name).write_bytes(b"x")
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.csv"))).write_bytes(b"x")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "customers_20261106.csv.part").write_bytes(b"x")
    (site.landing / "nobody").mkdir()
    (site.landing / "boss").symlink_to(tmp_path)

    result = site.intake(CUSTOMERS, BILLS)
    assert result.states == {"loaded": 1, "quarantined": 14}
    assert site.reasons().count("RP-1009") == 5
    assert len(site.lake_rows(CUSTOMERS)) == 2
    assert all(len(file.name) <= 80 and file.name.isascii() for file in result.files)
    assert not any("'" in file.name or "\n" in file.name for file in result.files)
    assert site.intake(CUSTOMERS, BILLS).files == []


def test_landing_is_never_changed_and_refused_bytes_are_kept(site):
    path = site.deliver(CUSTOMERS, b"not,a,contract\n1,2,3\n")
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
    site.intake(CUSTOMERS)
    assert site.reasons() == ["RP-1012"]
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) == before
    kept = site.store / hashlib.sha256(before[0]).hexdigest()
    assert kept.read_bytes() == before[0]
    assert kept.stat().st_mode & 0o077 == 0
    assert site.store.stat().st_mode & 0o077 == 0
    assert site.vault.stat().st_mode & 0o077 == 0


def test_a_second_run_is_refused_and_told_who_holds_the_lease(site):
    with lease(site), pytest.raises(RapportError) as refused, lease(site):
        pass
    assert refused.value.code == "RP-3002"
    assert refused.value.fields["pid"] == os.getpid()
    with lease(site):
        pass


def test_a_device_and_a_socket_are_never_opened(site):
    folder = site.deliver_rows(CUSTOMERS, customers(2)).parent
    with socket.socket(socket.AF_UNIX) as end:
        before = Path.cwd()
        os.chdir(folder)  # the path of a socket is short by law
        try:
            end.bind("customers_20261102.csv")
        finally:
            os.chdir(before)
    try:
        os.mknod(folder / "customers_20261103.csv", stat.S_IFCHR | 0o600, os.makedev(1, 5))
        devices = 1
    except OSError:
        devices = 0  # only root may make one
    site.intake(CUSTOMERS)
    assert site.reasons() == ["RP-1009"] * (1 + devices)
    assert len(site.lake_rows(CUSTOMERS)) == 2


def test_a_date_far_ahead_in_one_name_waits_and_moves_nothing(site, caplog):
    for step in range(3):
        day = DAY + timedelta(days=step)
        site.deliver_rows(BILLS, bills(2, day, first=10 * step + 1), day)
    far = date(2926, 11, 3)
    slipped = site.deliver_rows(BILLS, bills(2, DAY, first=50), far)
    assert look_for(site).as_of == DAY + timedelta(days=2)
    assert site.intake(BILLS).states == {"loaded": 3, "waiting": 1}
    assert "RP-1019" in caplog.text
    assert look_for(site).as_of == DAY + timedelta(days=2)
    slipped.with_name(slipped.name + ".ok").unlink()
    slipped.unlink()
    site.deliver_rows(BILLS, bills(2, DAY, first=50), DAY + timedelta(days=3))
    assert site.intake(BILLS).states == {"loaded": 1}


@pytest.mark.parametrize(
    ("days", "alone"),
    [
        ([], set()),
        ([date(2099, 1, 1)], set()),
        ([date(2020, 1, 1), date(2026, 1, 1), date(2026, 1, 2)], set()),
        ([date(2026, 1, 1), date(2027, 1, 2)], set()),
        ([date(2026, 1, 1), date(2027, 1, 3)], {date(2027, 1, 3)}),
        (
            [date(2026, 1, 1), date(2099, 1, 1), date(2150, 1, 1)],
            {date(2099, 1, 1), date(2150, 1, 1)},
        ),
        ([date(2026, 1, 1), date(2099, 1, 1), date(2099, 1, 1)], set()),
    ],
)
def test_a_date_far_ahead_is_believed_once_a_second_file_is_near(days, alone):
    assert far_ahead(days) == alone
    assert far_ahead(days[::-1]) == alone
