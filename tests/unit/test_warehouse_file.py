"""Pins down that a broken working warehouse is put aside, a locked or sound one never."""

import subprocess
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.engine.warehouse_file import begin_anew_for, ensure_readable, is_damage
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    settings = Settings(home=tmp_path)
    with duckdb.connect(settings.warehouse_file) as con:
        con.execute("create table t as select range as n, 'row ' || range as s from range(200000)")
    return settings


def damage(settings: Settings, position: int, length: int = 64) -> None:
    content = bytearray(settings.warehouse_file.read_bytes())
    content[position : position + length] = bytes(b ^ 0xFF for b in content[position:][:length])
    settings.warehouse_file.write_bytes(content)


def test_a_sound_warehouse_is_kept_and_a_missing_one_is_no_damage(settings):
    assert ensure_readable(settings, thoroughly=True)
    settings.warehouse_file.unlink()
    assert not ensure_readable(settings, thoroughly=True)
    assert list(settings.home.glob("*.damaged")) == []


@pytest.mark.parametrize("position", [0, 8, 4096, 12288])
def test_a_damaged_head_is_found_by_opening(settings, position):
    damage(settings, position)
    assert not ensure_readable(settings, thoroughly=True)
    assert not settings.warehouse_file.exists()
    assert settings.warehouse_file.with_name("warehouse.duckdb.damaged").exists()


@pytest.mark.parametrize("kept_share", [0.0, 0.3, 0.9])
def test_a_cut_file_is_found(settings, kept_share):
    content = settings.warehouse_file.read_bytes()
    settings.warehouse_file.write_bytes(content[: int(len(content) * kept_share)])
    assert not ensure_readable(settings, thoroughly=True)


def test_a_damaged_row_block_is_found_by_the_thorough_look_after_a_failed_run(settings):
    damage(settings, settings.warehouse_file.stat().st_size // 2)
    assert not ensure_readable(settings, thoroughly=True)


def test_a_warehouse_that_another_process_holds_is_not_damaged(settings):
    program = (
        f"import duckdb; con = duckdb.connect({str(settings.warehouse_file)!r});"
        "print('open', flush=True); input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(duckdb.IOException):
            ensure_readable(settings, thoroughly=False)
    finally:
        holder.communicate(b"\n")
    assert ensure_readable(settings, thoroughly=True)


def test_only_words_of_damage_are_damage():
    assert is_damage("IO Error: Corrupt database file: computed checksum 1 does not match")
    assert not is_damage("IO Error: Could not set lock on file")
    assert not is_damage("Binder Error: column not found")
    assert not is_damage(None)


def test_a_warehouse_that_other_code_has_built_begins_anew_and_the_same_code_keeps_it(settings):
    audit = settings.lake / "audit"
    audit.mkdir(parents=True)
    pq.write_table(pa.table({"code_version": ["one"]}), audit / "run_context.parquet")
    assert not begin_anew_for(settings, "one")
    assert settings.warehouse_file.exists()
    assert begin_anew_for(settings, "other")
    assert not settings.warehouse_file.exists()
    assert not begin_anew_for(settings, "other")
