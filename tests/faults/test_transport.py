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
    CONTRACTS,
    CUSTOMERS,
    DAY,
    VIEWS,
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
    views,
)

from warehouse.errors import RapportError
from warehouse.intake.landing import far_ahead
from warehouse.lease import lease
from warehouse.pending import look_for

USAGE, CONSENTS = ("boss", "usage_days"), ("crm", "consents")


def announce(path: Path, data: bytes, rows: int) -> None:
    announced = {"rows": rows, "sha256": hashlib.sha256(data).hexdigest()}
    path.with_name(path.name + ".ok").write_text(json.dumps(announced))


def test_a_file_cut_at_any_byte_is_refused_or_whole(tmp_path):
    settings = make_settings(tmp_path)
    whole = content(CONTRACTS[BILLS], bills(3))
    for cut in range(len(whole) + 1):
        path = deliver(settings, BILLS, whole[:cut], day=DAY + timedelta(days=cut))
        announce(path, whole, 3)
    result = intake(settings, BILLS)
    assert result.states == {"loaded": 1, "quarantined": len(whole)}
    assert [row[0] for row in lake_rows(settings, BILLS)] == ["L000001", "L000002", "L000003"]
    assert set(reasons(settings)) == {"RP-1004", "RP-1006", "RP-1010"}


def test_a_file_cut_without_manifest_never_gives_a_wrong_value(tmp_path):
    settings = make_settings(tmp_path)
    consent = {"customer_id": "C1", "channel_code": "phone", "scope_code": "marketing"}
    consent |= {"is_granted": "1", "changed_at": "2026/10/31 12:34:56"}
    rows = [consent | {"consent_id": f"K{number}"} for number in range(3)]
    whole = content(CONTRACTS[CONSENTS], rows)
    for cut in range(len(whole)):
        deliver(settings, CONSENTS, whole[:cut], day=DAY + timedelta(days=cut))
    deliver(settings, CONSENTS, whole, day=DAY - timedelta(days=1))
    intake(settings, CONSENTS)
    right = [row[:-1] for row in lake_rows(settings, CONSENTS) if row[-1] < DAY]
    assert len(right) == 3
    assert {row[:-1] for row in lake_rows(settings, CONSENTS)} == set(right)


def test_a_file_altered_on_the_way_is_refused_by_its_manifest(tmp_path):
    settings = make_settings(tmp_path)
    whole = content(CONTRACTS[BILLS], bills(3))
    announce(deliver(settings, BILLS, whole.replace(b"1.01", b"7.01")), whole, 3)
    intake(settings, BILLS)
    assert reasons(settings) == ["RP-1010"]


def test_a_gzip_cut_anywhere_is_refused(tmp_path):
    settings = make_settings(tmp_path)
    whole = content(CONTRACTS[VIEWS], views(10))
    for step, cut in enumerate(range(1, len(whole), max(len(whole) // 20, 1))):
        deliver(settings, VIEWS, whole[:cut], day=DAY + timedelta(days=step))
    assert set(intake(settings, VIEWS).states) == {"quarantined"}
    assert set(reasons(settings)) == {"RP-1005"}
    assert lake_rows(settings, VIEWS) == []


def test_an_empty_file_is_refused_and_a_header_alone_is_a_day_without_rows(tmp_path):
    settings = make_settings(tmp_path)
    products = ("crm", "products")
    deliver(settings, CUSTOMERS, b"")
    deliver(settings, BILLS, content(CONTRACTS[BILLS], []), rows=0)
    deliver(settings, products, content(CONTRACTS[products], []))
    deliver(settings, VIEWS, content(CONTRACTS[VIEWS], []))
    states = {(f.source, f.table): f.state for f in intake(settings).files}
    assert states == {
        CUSTOMERS: "quarantined",
        BILLS: "loaded",
        products: "quarantined",
        VIEWS: "loaded",
    }
    assert reasons(settings) == ["RP-1006", "RP-1006"]


def test_a_gzip_bomb_is_refused_before_it_is_inflated(tmp_path):
    settings = make_settings(tmp_path)
    bomb = gzip.compress(b"0" * 300_000_000, compresslevel=9)
    deliver(settings, USAGE, bomb, rows=1)
    intake(settings, USAGE)
    assert reasons(settings) == ["RP-1021"]
    assert not list(settings.vault.rglob("*.text"))


def test_a_half_uploaded_file_waits_for_its_manifest(tmp_path):
    settings = make_settings(tmp_path)
    whole = content(CONTRACTS[BILLS], bills(3))
    deliver(settings, BILLS, whole[:100])
    assert intake(settings, BILLS).states == {"waiting": 1}
    assert accounting(settings) == []
    deliver(settings, BILLS, whole, rows=3)
    assert intake(settings, BILLS).states == {"loaded": 1}


def test_a_growing_file_without_manifest_waits_until_it_is_quiet(tmp_path, monkeypatch):
    settings = make_settings(tmp_path, settle_seconds=5.0)
    whole = content(CONTRACTS[CUSTOMERS], customers(3))
    path = deliver(settings, CUSTOMERS, whole[:50])
    slept = []

    def upload(seconds: float) -> None:
        if not slept:
            path.write_bytes(whole)
        slept.append(seconds)

    monkeypatch.setattr(time, "sleep", upload)
    assert intake(settings, CUSTOMERS).states == {"waiting": 1}
    assert intake(settings, CUSTOMERS).states == {"loaded": 1}
    assert slept == [5.0, 5.0]
    assert intake(settings, CUSTOMERS).files == []
    assert len(slept) == 2, "a file that was dealt with is not waited for"


def test_a_manifest_that_does_not_fit_refuses_the_file_until_it_is_corrected(tmp_path):
    settings = make_settings(tmp_path)
    whole = content(CONTRACTS[BILLS], bills(3))
    path = deliver(settings, BILLS, whole, rows=4)
    intake(settings, BILLS)
    assert reasons(settings) == ["RP-1010"]
    announce(path, whole, 3)
    os.utime(path.with_name(path.name + ".ok"), (2e9, 2e9))
    assert intake(settings, BILLS).states == {"loaded": 1}
    assert len(lake_rows(settings, BILLS)) == 3


def test_unsafe_and_odd_names_are_refused_once_and_never_opened(tmp_path):
    settings = make_settings(tmp_path)
    good = deliver_rows(settings, CUSTOMERS, customers(2))
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
    (settings.landing / "nobody").mkdir()
    (settings.landing / "boss").symlink_to(tmp_path)

    result = intake(settings, CUSTOMERS, BILLS)
    assert result.states == {"loaded": 1, "quarantined": 14}
    assert reasons(settings).count("RP-1009") == 5
    assert len(lake_rows(settings, CUSTOMERS)) == 2
    assert all(len(file.name) <= 80 and file.name.isascii() for file in result.files)
    assert not any("'" in file.name or "\n" in file.name for file in result.files)
    assert intake(settings, CUSTOMERS, BILLS).files == []


def test_landing_is_never_changed_and_refused_bytes_are_kept(tmp_path):
    settings = make_settings(tmp_path)
    path = deliver(settings, CUSTOMERS, b"not,a,contract\n1,2,3\n")
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
    intake(settings, CUSTOMERS)
    assert reasons(settings) == ["RP-1012"]
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) == before
    kept = settings.store / hashlib.sha256(before[0]).hexdigest()
    assert kept.read_bytes() == before[0]
    assert kept.stat().st_mode & 0o077 == 0
    assert settings.store.stat().st_mode & 0o077 == 0
    assert settings.vault.stat().st_mode & 0o077 == 0


def test_a_second_run_is_refused_and_told_who_holds_the_lease(tmp_path):
    settings = make_settings(tmp_path)
    with lease(settings), pytest.raises(RapportError) as refused, lease(settings):
        pass
    assert refused.value.code == "RP-3002"
    assert refused.value.fields["pid"] == os.getpid()
    with lease(settings):
        pass


def test_a_device_and_a_socket_are_never_opened(tmp_path):
    settings = make_settings(tmp_path)
    folder = deliver_rows(settings, CUSTOMERS, customers(2)).parent
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
    intake(settings, CUSTOMERS)
    assert reasons(settings) == ["RP-1009"] * (1 + devices)
    assert len(lake_rows(settings, CUSTOMERS)) == 2


def test_a_date_far_ahead_in_one_name_waits_and_moves_nothing(tmp_path, caplog):
    settings = make_settings(tmp_path)
    for step in range(3):
        day = DAY + timedelta(days=step)
        deliver_rows(settings, BILLS, bills(2, day, first=10 * step + 1), day)
    far = date(2926, 11, 3)
    slipped = deliver_rows(settings, BILLS, bills(2, DAY, first=50), far)
    assert look_for(settings).as_of == DAY + timedelta(days=2)
    assert intake(settings, BILLS).states == {"loaded": 3, "waiting": 1}
    assert "RP-1019" in caplog.text
    assert look_for(settings).as_of == DAY + timedelta(days=2)
    slipped.with_name(slipped.name + ".ok").unlink()
    slipped.unlink()
    deliver_rows(settings, BILLS, bills(2, DAY, first=50), DAY + timedelta(days=3))
    assert intake(settings, BILLS).states == {"loaded": 1}


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
