"""The promises of the README about results: repeatable, order-free, incremental, accounted for."""

import gzip
import random
import shutil
from pathlib import Path

import duckdb

from tests.end_to_end.installation import Installation
from warehouse.intake.take import run_intake


def test_a_second_run_without_new_files_says_so_and_changes_nothing(reference):
    before = sorted((p, p.stat().st_mtime_ns) for p in reference.current.rglob("*"))
    ended = reference.command()
    assert ended.returncode == 0
    assert ended.stdout.startswith("nothing new: generation ")
    assert before == sorted((p, p.stat().st_mtime_ns) for p in reference.current.rglob("*"))


def test_every_record_delivered_is_loaded_or_has_a_reason(reference, world):
    with duckdb.connect(reference.current / "marts.duckdb", read_only=True) as con:
        residue, records = con.sql("""
            select sum(records_in_count - loaded_count - quarantined_count
                       - deduplicated_count - superseded_count),
                   sum(records_in_count)
            from mart_file_accounting
        """).fetchone()
    assert residue == 0
    assert records == sum(lines_of_records(path) for path in exports(world / "landing"))


def test_history_first_and_then_the_days_gives_the_marts_of_one_run_over_all_in_any_order(
    reference, stopped, fresh, world
):
    """One run that also has to do without the lake and with a damaged warehouse."""
    files = exports(world / "landing")
    random.Random(5).shuffle(files)
    for third in (files[::3], files[1::3], files[2::3]):
        for path in third:
            land(path, world / "landing", fresh)
        run_intake(fresh.settings)
    shutil.rmtree(fresh.home / "lake" / "raw")  # the store has it all
    content = bytearray((reference.home / "warehouse.duckdb").read_bytes())
    content[0:64] = b"\xff" * 64
    (fresh.home / "warehouse.duckdb").write_bytes(content)
    ended = fresh.run(full_refresh=True)
    assert ended.is_green, ended.lines
    assert fresh.digests(served=False) == reference.digests(served=False)
    assert fresh.digests() == stopped[0].digests()
    assert fresh.manifest()["generation_id"] == stopped[0].manifest()["generation_id"]


def exports(landing: Path) -> list[Path]:
    return sorted(p for p in landing.rglob("*") if p.is_file() and p.suffix != ".ok")


def land(path: Path, root: Path, installation: Installation) -> None:
    target = installation.home / "landing" / path.relative_to(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    manifest = path.with_name(path.name + ".ok")
    if manifest.exists():
        shutil.copyfile(manifest, target.with_name(manifest.name))


def lines_of_records(path: Path) -> int:
    """Records of a file by counting lines: no simulated value holds a line break."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return content.count(b"\n") - (1 if ".csv" in path.name else 0)
