"""The workers' DuckDB sees its own folders only and never repeats a value in an error."""

import pytest

from warehouse.errors import RapportError
from warehouse.sandbox import open_sandbox, scrubbed
from warehouse.settings import Settings


@pytest.fixture
def con(tmp_path):
    settings = Settings(home=tmp_path / "home", threads=2, memory_limit="1GB")
    (settings.vault / ".work").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("a\n1\n")
    (tmp_path / "home" / "ledger.sqlite").write_text("x")
    (settings.vault / "link.csv").symlink_to(tmp_path / "outside.csv")
    with open_sandbox(settings, "Asia/Shanghai") as con:
        yield con


@pytest.mark.parametrize(
    "escape",
    [
        "from read_csv('{tmp}/outside.csv')",
        "from read_csv('{tmp}/home/vault/../../outside.csv')",
        "from read_text('/etc/passwd')",
        "copy (select 1) to '{tmp}/out.csv'",
        "attach '{tmp}/other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "set memory_limit = '20GB'",
    ],
)
def test_nothing_outside_the_zones_can_be_reached(con, tmp_path, escape):
    with pytest.raises(RapportError), scrubbed():
        con.execute(escape.format(tmp=tmp_path)).fetchall()
    assert not (tmp_path / "out.csv").exists()


def test_an_error_names_its_kind_and_not_the_value(con):
    with pytest.raises(RapportError) as refused, scrubbed():
        con.execute("select cast('13912345678x' as integer)")
    assert refused.value.code == "RP-1015"
    assert "139" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_each_worker_gets_its_share_of_the_memory(con):
    (limit,) = con.execute("select current_setting('memory_limit')").fetchone()
    assert limit == "476.8 MiB"
