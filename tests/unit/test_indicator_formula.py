"""Formulas against SQL written by hand: for every row, for groups and for all, and what is refused.

The hand-written side knows nothing of the compiler: per row it divides by `case when`, per group it
sums the rows that a person would leave in. Names, units and kinds are those of the real indicators.
"""

import itertools
import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.indicators import registry, units
from warehouse.indicators.algebra import FormulaError
from warehouse.indicators.formula import Compiler, Indicator
from warehouse.settings import CHECKOUT

COLUMNS = {
    "b30": "billed_yuan_30d", "b90": "billed_yuan_90d", "b365": "billed_yuan_365d",
    "m90": "margin_yuan_90d", "p90": "paid_yuan_90d", "ref": "refund_yuan_365d",
    "min30": "call_minutes_30d", "min90": "call_minutes_90d", "calls": "calls_count_90d",
    "mb": "data_mb_90d", "svc": "active_services_count", "act": "is_active", "tv": "holds_tv",
    "out": "outbound_contacts_count_90d", "inb": "inbound_contacts_count_90d",
    "rch": "reached_contacts_count_90d", "cmp": "complaints_count_90d", "due": "overdue_yuan",
    "bal": "balance_yuan", "ten": "tenure_days", "age": "age_years", "pv": "page_views_count_90d",
    "ses": "sessions_count_90d",
}  # fmt: skip

# formula | per row | per group | rows that count in the group (empty: all)
GOLDEN = """
b30 / min30 | case when min30 <> 0 then b30 / min30 end | case when sum(min30) <> 0 then sum(b30) / sum(min30) end | b30 is not null and min30 is not null
b90 / svc | case when svc <> 0 then b90 / svc end | case when sum(svc) <> 0 then sum(b90) / sum(svc) end | b90 is not null and svc is not null
m90 / b90 | case when b90 <> 0 then m90 / b90 end | case when sum(b90) <> 0 then sum(m90) / sum(b90) end | m90 is not null and b90 is not null
p90 / b90 | case when b90 <> 0 then p90 / b90 end | case when sum(b90) <> 0 then sum(p90) / sum(b90) end | p90 is not null and b90 is not null
rch / out | case when out <> 0 then rch / out end | case when sum(out) <> 0 then sum(rch) / sum(out) end | rch is not null and out is not null
min90 / calls | case when calls <> 0 then min90 / calls end | case when sum(calls) <> 0 then sum(min90) / sum(calls) end | min90 is not null and calls is not null
pv / ses | case when ses <> 0 then pv / ses end | case when sum(ses) <> 0 then sum(pv) / sum(ses) end | pv is not null and ses is not null
b90 / act | case when act = 1 then b90 end | case when sum(act) > 0 then sum(b90) / sum(act) end | b90 is not null and act is not null
tv / act | case when act = 1 then tv end | case when sum(act) > 0 then sum(tv) / sum(act) end | tv is not null and act is not null
cmp / (out + inb) | case when out + inb > 0 then cmp / (out + inb) end | case when sum(out) + sum(inb) > 0 then sum(cmp) / (sum(out) + sum(inb)) end | cmp is not null and out is not null and inb is not null
out + inb | out + inb | sum(out + inb) | out is not null and inb is not null
b90 - m90 | b90 - m90 | sum(b90 - m90) | b90 is not null and m90 is not null
b90 - p90 + due | b90 - p90 + due | sum(b90 - p90 + due) | b90 is not null and p90 is not null and due is not null
b90 / 3 | b90 / 3 | sum(b90) / 3 | b90 is not null
b90 * 4 | b90 * 4 | sum(b90) * 4 | b90 is not null
4 * b90 | 4 * b90 | 4 * sum(b90) | b90 is not null
-ref | -ref | -sum(ref) | ref is not null
b90 - b30 | b90 - b30 | sum(b90) - sum(b30) | b90 is not null and b30 is not null
b365 - ref | b365 - ref | sum(b365) - sum(ref) | b365 is not null and ref is not null
tv + act | tv + act | sum(tv) + sum(act) | tv is not null and act is not null
out - rch | out - rch | sum(out - rch) | out is not null and rch is not null
(out - rch) / out | case when out <> 0 then 1 - rch / out end | case when sum(out) <> 0 then 1 - sum(rch) / sum(out) end | rch is not null and out is not null
1 - rch / out | case when out <> 0 then (out - rch) / out end | case when sum(out) <> 0 then (sum(out) - sum(rch)) / sum(out) end | rch is not null and out is not null
2 * b30 / (b90 - b30) - 1 | case when b90 <> b30 then b30 / ((b90 - b30) / 2) - 1 end | case when sum(b90) <> sum(b30) then sum(b30) / ((sum(b90) - sum(b30)) / 2) - 1 end | b30 is not null and b90 is not null
b30 * 3 / b90 | case when b90 <> 0 then 3 * b30 / b90 end | case when sum(b90) <> 0 then 3 * sum(b30) / sum(b90) end | b30 is not null and b90 is not null
b30 / b90 * 3 | case when b90 <> 0 then 3 * b30 / b90 end | case when sum(b90) <> 0 then 3 * sum(b30) / sum(b90) end | b30 is not null and b90 is not null
b30 / (b90 / 3) | case when b90 <> 0 then 3 * b30 / b90 end | case when sum(b90) <> 0 then 3 * sum(b30) / sum(b90) end | b30 is not null and b90 is not null
b90 / mb | case when mb <> 0 then b90 / mb end | case when sum(mb) <> 0 then sum(b90) / sum(mb) end | b90 is not null and mb is not null
mb / svc | case when svc <> 0 then mb / svc end | case when sum(svc) <> 0 then sum(mb) / sum(svc) end | mb is not null and svc is not null
b90 / (mb / svc) | case when mb <> 0 and svc <> 0 then b90 * svc / mb end | case when sum(mb) <> 0 and sum(svc) <> 0 then sum(b90) * sum(svc) / sum(mb) end | b90 is not null and mb is not null and svc is not null
b90 / svc - m90 / svc | case when svc <> 0 then (b90 - m90) / svc end | case when sum(svc) <> 0 then (sum(b90) - sum(m90)) / sum(svc) end | b90 is not null and m90 is not null and svc is not null
b90 / svc + due / svc | case when svc <> 0 then (b90 + due) / svc end | case when sum(svc) <> 0 then (sum(b90) + sum(due)) / sum(svc) end | b90 is not null and due is not null and svc is not null
min90 / calls * calls | case when calls <> 0 then min90 end | case when sum(calls) <> 0 then sum(min90) end | min90 is not null and calls is not null
or_zero(b90) | case when b90 is null then 0 else b90 end | coalesce(sum(b90), 0) |
or_zero(b90) + or_zero(bal) | coalesce(b90, 0) + coalesce(bal, 0) | coalesce(sum(b90), 0) + coalesce(sum(bal), 0) |
or_zero(cmp) / act | case when act = 1 then coalesce(cmp, 0) end | case when sum(act) > 0 then coalesce(sum(cmp), 0) / sum(act) end | act is not null
b90 - or_zero(ref) | b90 - coalesce(ref, 0) | sum(b90 - coalesce(ref, 0)) | b90 is not null
or_zero(rch / out) | case when out <> 0 then coalesce(rch / out, 0) else 0 end | coalesce(case when sum(out) <> 0 then sum(rch) / sum(out) end, 0) |
bal / b30 | case when b30 <> 0 then bal / b30 end | case when sum(b30) <> 0 then sum(bal) / sum(b30) end | bal is not null and b30 is not null
(b30 + bal) / (b90 + bal) | case when b90 + bal <> 0 then (b30 + bal) / (b90 + bal) end | case when sum(b90 + bal) <> 0 then sum(b30 + bal) / sum(b90 + bal) end | b30 is not null and b90 is not null and bal is not null
100 * cmp / act | case when act = 1 then 100 * cmp end | case when sum(act) > 0 then 100 * sum(cmp) / sum(act) end | cmp is not null and act is not null
act / svc | case when svc <> 0 then act / svc end | case when sum(svc) <> 0 then sum(act) / sum(svc) end | act is not null and svc is not null
min30 / min90 | case when min90 <> 0 then min30 / min90 end | case when sum(min90) <> 0 then sum(min30) / sum(min90) end | min30 is not null and min90 is not null
1 / (b90 / svc) | case when b90 <> 0 and svc <> 0 then svc / b90 end | case when sum(b90) <> 0 and sum(svc) <> 0 then sum(svc) / sum(b90) end | b90 is not null and svc is not null
0.25 * b90 + 0.75 * p90 | b90 / 4 + p90 * 3 / 4 | sum(b90) / 4 + sum(p90) * 3 / 4 | b90 is not null and p90 is not null
b90 - (p90 - due) | b90 - p90 + due | sum(b90) - sum(p90) + sum(due) | b90 is not null and p90 is not null and due is not null
b90 - p90 - due | b90 - p90 - due | sum(b90) - sum(p90) - sum(due) | b90 is not null and p90 is not null and due is not null
ten / 365 | ten / 365 | - |
age * 2 | age * 2 | - |
ten - ten / 2 | ten / 2 | - |
b365 / ten | case when ten <> 0 then b365 / ten end | - |
301001209 / 201002400 | case when svc <> 0 then b90 / svc end | case when sum(svc) <> 0 then sum(b90) / sum(svc) end | b90 is not null and svc is not null
301001206 / min30 | case when min30 <> 0 then b30 / min30 end | case when sum(min30) <> 0 then sum(b30) / sum(min30) end | b30 is not null and min30 is not null
"""  # noqa: E501
CASES = [tuple(part.strip() for part in line.split("|")) for line in GOLDEN.strip().splitlines()]

DECLARED = registry.declared(CHECKOUT / "dbt")


@pytest.fixture(scope="module")
def lake():
    """Every mixture of unknown, zero and some amount that 40 customers in 3 groups can have."""
    con = duckdb.connect()
    columns = ", ".join(f"{name} double" for name in COLUMNS.values())
    con.execute(f"create table people (who integer, team varchar, {columns})")
    amounts = itertools.cycle([None, 0.0, 1.0, 12.5, 3.0, 0.0, 40.25, 7.0, None, 2.0, 5.5])
    for who in range(40):
        row = [next(amounts) for _ in COLUMNS]
        for flag, pace in (("act", 3), ("tv", 5)):
            row[list(COLUMNS).index(flag)] = [1.0, 0.0, None][who // pace % 3]
        marks = ", ".join("?" * (len(row) + 2))
        con.execute(f"insert into people values ({marks})", [who, "abc"[who % 3], *row])
    names = ", ".join(f"{name} as {short}" for short, name in COLUMNS.items())
    con.execute(f"create view hand as select who, team, {names} from people")
    return con


def written_out(text: str) -> str:
    """A golden formula with the full names of indicators."""
    for short in sorted(COLUMNS, key=len, reverse=True):
        text = re.sub(rf"\b{short}\b", COLUMNS[short], text)
    return text


def numbers(con, query: str) -> list:
    return [row[-1] for row in con.sql(query).fetchall()]


def test_there_are_fifty_golden_expressions():
    assert len(CASES) >= 50


@pytest.mark.parametrize(("formula", "row", "group", "counting"), CASES, ids=[c[0] for c in CASES])
def test_a_formula_gives_what_sql_by_hand_gives_for_rows_groups_and_all(
    lake, formula, row, group, counting
):
    made = Compiler(DECLARED).formula(written_out(formula))
    ours = numbers(lake, f"select {made.row} from people order by who")
    assert ours == pytest.approx(numbers(lake, f"select {row} from hand order by who"))
    assert any(ours)
    if group == "-":
        assert made.group() is None
        return
    for key in ("team", "'all'"):
        order = "group by 1 order by 1"
        found = numbers(lake, f"select {key}, {made.group()} from people {order}")
        where = f"where {counting}" if counting else ""
        assert found == pytest.approx(
            numbers(lake, f"select {key}, {group} from hand {where} {order}")
        )


def test_a_ratio_of_a_group_is_no_mean_of_ratios(lake):
    made = Compiler(DECLARED).formula("billed_yuan_30d / call_minutes_30d")
    [whole] = numbers(lake, f"select {made.group()} from people")
    [mean] = numbers(lake, f"select avg({made.row}) from people")
    assert whole != pytest.approx(mean)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("billed_yuan_30d + calls_count_90d",
         r"billed_yuan_30d \[yuan\] \+ calls_count_90d \[count\]: different units"),
        ("billed_yuan_30d - 5", r"billed_yuan_30d \[yuan\] - 5: different units"),
        ("billed_yuan_30d / calls_count_90d - call_minutes_30d",
         r"\[yuan/count\] - call_minutes_30d \[minute\]: different units"),
        ("billed_yuan_30d * paid_yuan_90d",
         r"billed_yuan_30d \[yuan\] \* paid_yuan_90d \[yuan\]: a product of two amounts"),
        ("region_tier * 2", "region_tier is an order"),
        ("billed_yuan_30d / 0", "divides by zero"),
        ("nonsense_30d / 2", "no indicator nonsense_30d"),
        ("301999999 / 2", "no indicator 301999999"),
        ("billed_yuan_30d ** 2", "cannot use"),
        ("max(billed_yuan_30d, 0)", "cannot use"),
        ("billed_yuan_30d; drop", "no arithmetic"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_and_both_sides_are_named(formula, words):
    with pytest.raises(FormulaError, match=words):
        Compiler(DECLARED).formula(formula)


def composite(name: str, formula: str, code: int) -> Indicator:
    return Indicator(code, name, None, None, formula=formula, is_stored=False)


def test_a_circle_of_formulas_is_found_and_written_out():
    made = {
        "a": composite("a", "b * 2", 800000001),
        "b": composite("b", "c / 2", 800000002),
        "c": composite("c", "a + b", 800000003),
    }
    with pytest.raises(FormulaError, match="circle: a -> b -> c -> a"):
        Compiler(made).indicator("a")


def test_a_composite_of_composites_is_its_parts_written_out():
    known = DECLARED | {
        "profit": composite("profit", "billed_yuan_90d - refund_yuan_365d", 800000001),
        "rate": composite("rate", "profit / active_services_count", 800000002),
    }
    made = Compiler(known).formula("rate * 2")
    assert made.unit == "yuan/count"
    assert made.inputs == {"billed_yuan_90d", "refund_yuan_365d", "active_services_count"}
    assert made.row == (
        "(((billed_yuan_90d - refund_yuan_365d) / nullif(active_services_count, 0)) * 2)"
    )


def test_a_stored_ratio_is_its_column_in_a_row_and_its_parts_in_a_group():
    made = Compiler(DECLARED).formula("1 - reach_share_90d")
    assert made.row == "(1 - reach_share_90d)"
    assert "sum(cast(reached_contacts_count_90d" in made.group()


def test_indicators_of_two_grains_never_meet():
    known = {
        "a": Indicator(1, "a", "yuan", "additive"),
        "b": Indicator(2, "b", "yuan", "additive", grain="account"),
    }
    with pytest.raises(FormulaError, match=r"a \[yuan\] \+ b \[yuan\]: one per customer, the oth"):
        Compiler(known).formula("a + b")


def test_a_declared_unit_or_kind_that_contradicts_the_formula_is_refused():
    ratio = Indicator(1, "r", "yuan", "ratio", formula="billed_yuan_30d / call_minutes_30d")
    with pytest.raises(FormulaError, match="declared in yuan, its formula gives yuan/minute"):
        Compiler(DECLARED | {"r": ratio}).indicator("r")
    amount = Indicator(1, "r", "yuan/minute", "additive", formula=ratio.formula)
    with pytest.raises(FormulaError, match="declared additive, its formula is ratio"):
        Compiler(DECLARED | {"r": amount}).indicator("r")


UNITS = st.sampled_from(["yuan", "minute", "count", "share", "yuan/count", "count/minute", "day"])


@given(UNITS, UNITS)
def test_what_is_divided_and_multiplied_again_has_its_old_unit(one, other):
    assert units.powers(units.multiplied(units.divided(one, other), other)) == units.powers(one)
