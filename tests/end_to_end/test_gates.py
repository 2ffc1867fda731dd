"""A planted fault at each stage stops everything after it and leaves the publication untouched.

The fault is put into the real tables after a stage has built them and before its gate looks: what
judges it is the gate that ships. The last stage comes first, on one installation: whatever a fault
leaves behind lies after the stage that the next test is about.
"""

import hashlib
import json

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import expectations.gate
from expectations.results import STAGES
from tests.end_to_end.conftest import AS_OF


def spoil(sql):
    def plant(installation):
        with duckdb.connect(installation.home / "warehouse.duckdb") as con:
            con.execute(sql)

    return plant


def spoil_raw(installation):
    path = next((installation.home / "lake/raw/crm/customers").glob("business_date=2026-11-*/*"))
    table = pq.read_table(path, partitioning=None)
    position = table.schema.get_field_index("party_type_code")
    spoilt = pc.replace_substring(table["party_type_code"], "C", "X")
    pq.write_table(table.set_column(position, "party_type_code", spoilt), path)


def spoil_scores(installation):
    path = next((installation.home / "lake/scores/churn").glob(f"as_of_date={AS_OF}/*.parquet"))
    table = pq.read_table(path, partitioning=None)
    position = table.schema.get_field_index("p_response")
    pq.write_table(table.set_column(position, "p_response", pc.add(table["p_response"], 1.0)), path)


FAULTS = {
    "raw": spoil_raw,
    "customer": spoil(
        "insert into customer.dim_customer select * from customer.dim_customer limit 1"
    ),
    "indicators": spoil("update indicators.ind_web set app_view_share_90d = 7"),
    "scores": spoil_scores,
    "marts": spoil(
        "delete from marts.mart_customer_360 where customer_key in"
        " (select min(customer_key) from marts.mart_customer_360)"
    ),
}


@pytest.fixture(scope="module")
def copy(reference, tmp_path_factory):
    """One installation for all stages, published and green at first."""
    return reference.copy_to(tmp_path_factory.mktemp("gates") / "home")


@pytest.mark.parametrize("stage", reversed(STAGES))
def test_a_fault_stops_everything_after_its_stage_and_nothing_is_published(
    copy, stage, monkeypatch
):
    published = content(copy)
    judged = []
    judge = expectations.gate.run_stage

    def plant_then_judge(settings, judged_stage, **arguments):
        judged.append(judged_stage)
        if judged_stage == stage:
            FAULTS[stage](copy)
        return judge(settings, judged_stage, **arguments)

    next((copy.home / "landing").rglob("*.csv")).touch()  # something to look at, so that it runs
    monkeypatch.setattr(expectations.gate, "run_stage", plant_then_judge)
    ended = copy.run()

    assert not ended.is_green
    assert ended.is_gate
    assert "RP-2001" in ended.lines[0]
    assert stage in ended.lines[0]
    assert judged == list(STAGES[: STAGES.index(stage) + 1])
    assert content(copy) == published
    verdict = json.loads((copy.home / "lake" / "gates" / f"{stage}.json").read_text())
    assert not verdict["passed"]


def content(installation) -> dict[str, str]:
    published = installation.home / "published"
    return {
        str(path.relative_to(published)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(published.rglob("*"))
        if path.is_file()
    }
