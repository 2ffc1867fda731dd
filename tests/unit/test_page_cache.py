"""Libraries are read ahead as files, and never imported by that."""

import subprocess
import sys

from warehouse.page_cache import LATER, files, read_ahead


def test_what_an_import_reads_is_listed_and_nothing_of_what_is_not_installed():
    found = files(("sqlalchemy", "no_such_package"))
    assert {path.suffix for path in found} <= {".pyc", ".so"}
    assert any("sqlalchemy" in path.parts for path in found)
    assert files(("no_such_package",)) == []


def test_every_package_that_is_read_ahead_is_installed():
    assert [name for name in LATER if not files((name,))] == []


def test_reading_ahead_imports_nothing():
    code = (
        "import sys; from warehouse.page_cache import LATER, read_ahead\n"
        "read_ahead().join(); print([name for name in LATER if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ended.stdout.split() == [b"[]"]


def test_a_system_that_cannot_be_asked_is_no_failure(monkeypatch, capfd):
    monkeypatch.delattr("os.posix_fadvise")
    read_ahead(("sqlalchemy",)).join()
    assert capfd.readouterr().err == ""
