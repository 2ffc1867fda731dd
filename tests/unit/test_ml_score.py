"""Pins down scoring: everyone of the population once, by the champion, in reproducible bytes."""

import shutil
from datetime import date

import duckdb
import pytest
from ml_world import AS_OF, build

from ml import features, store
from ml.score import score_offer
from ml.train import fit_offer
from warehouse.errors import RapportError

OFFER = "fibre_upgrade"
SEPTEMBER = date(2026, 9, 30)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    world = build(tmp_path_factory.mktemp("score") / "home", customers=1200)
    fit_offer(world.settings, OFFER, AS_OF)
    return world


@pytest.fixture
def settings(original, tmp_path):
    return original.copied(tmp_path / "home")


def rows(sql: str) -> list[tuple]:
    with duckdb.connect() as con:
        return con.sql(sql).fetchall()


def test_customers_joined_a_few_at_a_time_get_the_very_same_scores(settings, monkeypatch):
    whole = score_offer(settings, OFFER, AS_OF).path.read_bytes()
    monkeypatch.setattr(features, "JOINED_ROWS", 100)
    ranges = []
    made = features._ranges
    monkeypatch.setattr(features, "_ranges", lambda *of: ranges.extend(made(*of)) or list(ranges))
    assert score_offer(settings, OFFER, AS_OF).path.read_bytes() == whole
    assert len(ranges) > 3


def test_every_active_consumer_is_scored_once_and_nobody_else(original, settings):
    result = score_offer(settings, OFFER, AS_OF)
    with original.open() as con:
        wanted = con.sql(
            "select customer_key from indicators.ind_service join customer.dim_customer "
            f"using (customer_key) where is_active = 1 and as_of_date = '{AS_OF}' "
            "and party_type_code = 'C'"
        ).fetchall()
    scored = rows(f"select customer_key from '{result.path}'")
    assert sorted(scored) == sorted(wanted)
    assert result.rows == len(wanted) > 900


def test_scores_are_calibrated_ranked_and_in_even_deciles(settings):
    result = score_offer(settings, OFFER, AS_OF)
    low, high, mean = rows(
        f"select min(p_response), max(p_response), avg(p_response) from '{result.path}'"
    )[0]
    assert 0 <= low < mean < high <= 1
    assert mean == pytest.approx(result.card["test"]["observed"], abs=0.05)
    disorder = rows(
        f"select count(*) from (select p_response, lead(p_response) over (order by score_rank) "
        f"as next_p from '{result.path}') where next_p > p_response"
    )
    assert disorder == [(0,)]
    sizes = [n for _, n in rows(f"select decile, count(*) from '{result.path}' group by decile")]
    assert len(sizes) == 10
    assert max(sizes) - min(sizes) <= 1
    assert rows(f"select distinct model_version, method_code from '{result.path}'") == [
        (store.champion(settings, OFFER), "behaviour")
    ]


def test_a_second_run_writes_the_same_bytes_whatever_the_batches(settings, monkeypatch):
    first = score_offer(settings, OFFER, AS_OF).path.read_bytes()
    evaluation = settings.lake / "scores_evaluation" / OFFER / "evaluation.parquet"
    figures = evaluation.read_bytes()
    monkeypatch.setattr(features, "BATCH_ROWS", 7)
    assert score_offer(settings, OFFER, AS_OF).path.read_bytes() == first
    assert evaluation.read_bytes() == figures


def test_reasons_are_labels_of_the_catalogue_and_never_of_a_sensitive_indicator(settings):
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("update marts.dim_indicator set label_en = 'The ' || indicator_name")
        con.execute(
            "update marts.dim_indicator set is_sensitive = indicator_name = 'call_minutes_30d'"
        )
    path = score_offer(settings, OFFER, AS_OF).path
    said = rows(f"select distinct reasons_en from '{path}' where decile = 1")
    assert all(text for (text,) in said), "everybody in the best tenth has a reason"
    assert any("The data_mb_30d: high" in text for (text,) in said)
    found = rows(f"select count(*) from '{path}' where contains(reason_codes, 'call_minutes')")
    assert found == [(0,)], "though it is the second strongest"
    without, best = rows(
        f"select avg(p_response) filter (reasons_zh is null), max(p_response) from '{path}'"
    )[0]
    assert without is None or without < best / 2


def test_only_the_day_that_is_scored_is_rewritten(settings):
    earlier = score_offer(settings, OFFER, SEPTEMBER).path
    content = earlier.read_bytes()
    today = score_offer(settings, OFFER, AS_OF).path
    assert earlier.read_bytes() == content
    assert today.parent.name == "as_of_date=2026-11-07"
    assert earlier.parent.parent == today.parent.parent


def test_the_evaluation_is_the_cards_own_lift_table(settings):
    result = score_offer(settings, OFFER, AS_OF)
    path = settings.lake / "scores_evaluation" / OFFER / "evaluation.parquet"
    found = rows(
        "select decile, customers_count, observed_share, lift, auc, holdout_kind, "
        f"cast(window_to as varchar) from '{path}' order by decile"
    )
    test = result.card["test"]
    window = result.card["windows"]["test"]["to"]
    assert found == [
        (row["decile"], row["customers_count"], row["observed_share"], row["lift"], test["auc"],
         "time", window)
        for row in test["lift"]
    ]  # fmt: skip


def test_without_a_champion_a_sound_model_or_anyone_to_score_there_are_no_scores(settings):
    with pytest.raises(RapportError, match="RP-4009"):
        score_offer(settings, OFFER, date(2026, 11, 6))
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("delete from marts.dim_indicator where indicator_name = 'data_mb_30d'")
    with pytest.raises(RapportError, match=r"RP-4005.*indicator=data_mb_30d"):
        score_offer(settings, OFFER, AS_OF)
    version = store.champion(settings, OFFER)
    (settings.models / OFFER / version / "model.skops").write_bytes(b"")
    with pytest.raises(RapportError, match="RP-4003"):
        score_offer(settings, OFFER, AS_OF)
    shutil.rmtree(settings.models)
    with pytest.raises(RapportError, match="RP-4004"):
        score_offer(settings, OFFER, AS_OF)
    assert not (settings.lake / "scores").exists()
