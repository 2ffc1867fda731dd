"""Frequent sets, chi-square and false-discovery rates against brute force and SciPy.

What does not belong here: public data (tests/real/test_groceries.py).
"""

from itertools import combinations

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.analysis.sql import model, render

ITEMS = "abcdef"


@given(st.lists(st.sets(st.sampled_from(ITEMS)), max_size=12), st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_frequent_sets_are_those_a_count_of_all_sets_finds(baskets, floor):
    rows = [("x", number, item) for number, basket in enumerate(baskets) for item in basket]
    sql = render("{{ frequent_sets('baskets', 'floors', 3) }}")
    with duckdb.connect() as con:
        con.execute("create table baskets (basket_code text, basket_id int, item_code text)")
        con.execute(f"create table floors as select 'x' as basket_code, {floor} as baskets_floor")
        if rows:
            con.executemany("insert into baskets values (?, ?, ?)", rows)
        found = con.sql(f"with {sql} select set_code, together_count from frequent_sets").fetchall()
    every = {
        "+" + "+".join(chosen) + "+": sum(set(chosen) <= basket for basket in baskets)
        for size in (1, 2, 3)
        for chosen in combinations(ITEMS, size)
    }
    assert dict(found) == {code: count for code, count in every.items() if count >= floor}
    assert len(found) == len(dict(found))


def test_the_chance_of_a_chi_square_equals_scipy():
    values = np.concatenate([[0], np.logspace(-6, 3.1, 200)])
    chance = render("{{ chi_square_p('x') }}")
    sql = f"select {chance} from (select unnest(?) as x)"
    with duckdb.connect() as con:
        ours = [p for (p,) in con.execute(sql, [values.tolist()]).fetchall()]
    assert ours == pytest.approx(stats.chi2.sf(values, 1), rel=2e-7)


def test_rules_are_tested_as_scipy_tests_them():
    rng = np.random.default_rng(5)
    held = rng.random((600, 7)) < np.array([0.5, 0.4, 0.3, 0.3, 0.2, 0.1, 0.1])
    held[:, 1] |= held[:, 0] & (rng.random(600) < 0.3)  # one real relation among many of chance
    rows = [("held", int(n), "abcdefg"[item]) for n, item in np.argwhere(held)]
    with duckdb.connect() as con:
        con.execute("create table int_basket (basket_code text, basket_id int, item_code text)")
        con.executemany("insert into int_basket values (?, ?, ?)", rows)
        con.execute("create table analysis_rules as select 'smallest_support_share' as rule_code,"
                    " 0.02::double as rule_value")  # fmt: skip
        ours = con.sql(model("analysis/association/int_association", 5)).df()
    total = int(held.any(axis=1).sum())
    assert (ours["baskets_count"] == total).all()
    pairs = ours[ours["antecedent_size"] == 1]
    assert len(pairs) >= 30
    for row in pairs.itertuples():
        a, b, both = row.antecedent_count, row.consequent_count, row.together_count
        table = [[both, a - both], [b - both, total - a - b + both]]
        test = stats.chi2_contingency(table, correction=False)
        assert row.chi_square == pytest.approx(test.statistic, rel=1e-9)
        assert row.p_value == pytest.approx(test.pvalue, rel=2e-7)
    assert ours["q_value"].to_numpy() == pytest.approx(
        stats.false_discovery_control(ours["p_value"].to_numpy()), rel=1e-9
    )
    best = pairs.sort_values("q_value").iloc[0]
    assert {best["antecedent_code"], best["consequent_code"]} == {"+a+", "+b+"}
