"""A fault planted after any stage turns its gate red, and a red gate lets nothing after it begin.

The fault is put into the real tables after a stage has built them and before its gate looks: what
judges it is the gate that ships. In one run every stage is spoilt, judged, mended and judged again,
but for the last. That nothing is called after any red gate is a matter of the graph
(`unit/test_dagster_run.py`).
"""

import hashlib
import json
import shutil

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import expectations.gate
from expectations.results import STAGES
from tests.end_to_end.conftest import AS_OF


def spoil(sql):
    def plant(path):
        with duckdb.connect(path) as con:
            con.execute(sql)

    return "warehouse.duckdb", plant


def spoil_column(file, name, change):
    def plant(path):
        table = pq.read_table(path, partitioning=None)
        position = table.schema.get_field_index(name)
        pq.write_table(table.set_column(position, name, change(table[name])), path)

    return file, plant


FAULTS = {
    "raw": spoil_column(
        "lake/raw/crm/customers/business_date=2026-11-*/*",
        "party_type_code",
        lambda codes: pc.replace_substring(codes, "C", "X"),
    ),
    "customer": spoil(
        "insert into customer.dim_customer select * from customer.dim_customer limit 1"
    ),
    "indicators": spoil("update indicators.ind_web set app_view_share_90d = 7"),
    "scores": spoil_column(
        f"lake/scores/churn/as_of_date={AS_OF}/*.parquet", "p_response", lambda p: pc.add(p, 1.0)
    ),
    "marts": spoil(
        "delete from marts.mart_customer_360 where customer_key in"
        " (select min(customer_key) from marts.mart_customer_360)"
    ),
}
"""By stage: the file, and what is done to it."""


@pytest.fixture(scope="module")
def copy(reference, tmp_path_factory):
    """One installation for both tests, published and green at first."""
    return reference.copy_to(tmp_path_factory.mktemp("gates") / "home")


@pytest.fixture
def run_spoilt(copy, monkeypatch, tmp_path):
    """Runs with faults in these stages, the last one left as it is: how it ended, the verdicts."""

    def run(*stages):
        verdicts = []
        judge = expectations.gate.run_stage

        def spoil_and_judge(settings, stage, **arguments):
            if stage not in stages:
                verdicts.append((stage, None))
            else:
                file, plant = FAULTS[stage]
                path = next(copy.home.glob(file))
                sound = shutil.copyfile(path, tmp_path / path.name)
                plant(path)
                verdict = judge(settings, stage, **arguments)
                verdicts.append((stage, verdict.passed))
                if stage == stages[-1]:
                    return verdict
                shutil.copyfile(sound, path)
            return judge(settings, stage, **arguments)

        next((copy.home / "landing").rglob("*.csv")).touch()  # something to look at: it runs
        monkeypatch.setattr(expectations.gate, "run_stage", spoil_and_judge)
        return copy.run(), verdicts

    return run


def test_a_fault_after_any_stage_turns_its_gate_red_and_nothing_is_published(copy, run_spoilt):
    published = content(copy)
    ended, verdicts = run_spoilt(*STAGES)
    assert verdicts == [(stage, False) for stage in STAGES]
    assert_stopped(copy, ended, STAGES[-1], published)


def test_a_fault_in_the_first_stage_stops_everything_after_it(copy, run_spoilt):
    published = content(copy)
    ended, verdicts = run_spoilt(STAGES[0])
    assert verdicts == [(STAGES[0], False)]
    assert_stopped(copy, ended, STAGES[0], published)


def assert_stopped(installation, ended, stage, published):
    assert (ended.is_green, ended.is_gate) == (False, True)
    assert "RP-2001" in ended.lines[0]
    assert stage in ended.lines[0]
    assert content(installation) == published
    verdict = json.loads((installation.home / "lake" / "gates" / f"{stage}.json").read_text())
    assert not verdict["passed"]


def content(installation) -> dict[str, str]:
    published = installation.home / "published"
    return {
        str(path.relative_to(published)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(published.rglob("*"))
        if path.is_file()
    }
