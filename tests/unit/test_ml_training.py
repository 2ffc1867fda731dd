"""Pins down which snapshots fit, calibrate and test a model, and which indicators it may see."""

import pytest
from ml_world import CATALOGUED, MONTH_ENDS
from outcome_world import nine_customers

from ml import features, split
from warehouse.errors import RapportError


@pytest.fixture
def world(tmp_path):
    return nine_customers(tmp_path)


def test_the_latest_snapshots_test_and_those_before_them_calibrate(world):
    blocks = [(day, 100) for day in reversed(MONTH_ENDS[:10])]
    parts = split._by_time(blocks)
    assert [parts[day] for day in MONTH_ENDS[:10]] == [
        *["fit"] * 6, *["calibrate"] * 2, *["test"] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        f"insert into {CATALOGUED} values (1, 'x; drop table y', 'ind_usage')",
        f"insert into {CATALOGUED} values (1, 'data_mb_30d', 'ind_usage as u, secrets')",
        f"insert into {CATALOGUED} values (1, 'gone', 'ind_usage')",
        "alter table indicators.ind_usage alter column data_mb_30d type decimal(12, 2)",
    ],
)
def test_a_catalogue_entry_that_is_no_plain_double_column_never_reaches_sql(world, statement):
    with world.open() as con:
        con.execute(statement)
    with features.connect(world.settings) as con, pytest.raises(RapportError, match="RP-4005"):
        features.catalogue(con)


def test_indicators_are_chosen_by_subject_code_range_and_exclusion(world):
    from test_ml_declarations import declared

    with features.connect(world.settings) as con:
        known = features.catalogue(con)

    def names(**changes):
        return {feature.name for feature in features.chosen(known, declared(**changes))}

    assert names(subjects=("usage",)) == {"data_mb_30d", "call_minutes_30d", "roaming_30d"}
    assert names(codes=(range(1_001_000, 1_003_000), range(2_000_000, 2_001_000))) == {
        "tenure_days",
        "holds_fibre",
        "data_mb_30d",
    }
    assert names() - names(exclude=("tenure_days",)) == {"tenure_days"}
