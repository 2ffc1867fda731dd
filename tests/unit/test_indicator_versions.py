"""A changed definition leaves the past alone, until somebody restates it; and that is undone, too.

A little project with our macros and catalogue holds one changed base indicator, one changed
composite and one composite that is made of both. Two customers, three months, sums by hand.
"""

import shutil
from datetime import date

import duckdb
import pytest
from living_lake import Living

from warehouse.engine import dbt_runner
from warehouse.indicators import registry, restating
from warehouse.indicators.versions import ALWAYS, FOREVER
from warehouse.settings import CHECKOUT

MAY, JUNE, JULY = date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)
KEPT = ("staging/_rapport.yml", *(f"indicators/catalogue/dim_indicator{part}.{kind}"
        for part in ("", "_version") for kind in ("sql", "yml")),
        *(f"marts/mart_indicator_restatement.{kind}" for kind in ("sql", "yml")))  # fmt: skip
# gross 10, refund 4, visits 2 in May; twice that in June and three times in July; b refunds nothing
VALUE = """
with stale as ({{ stale_days(source('audit', 'snapshots')) }}),
people as (select * from (values ('a', 10, 4, 2), ('b', 6, 0, 3)) t(customer_key, g, r, v)),
spine as (
    select people.customer_key, stale.day_date as as_of_date, stale.version as _version,
        (month(stale.day_date) - 4) * people.g as g, (month(stale.day_date) - 4) * people.r as r, v
    from people cross join stale
),
final as (
    select customer_key, as_of_date,
        {{ indicator(301001400, 'gross_yuan', 'g', 'yuan', 'semi_additive', en='G', zh='毛额') }},
        {{ indicator(301002400, 'refund_yuan', 'r', 'yuan', 'semi_additive', en='R', zh='退费') }},
        {{ indicator(301003400, 'visits_count', 'v', 'count', 'semi_additive', en='V', zh='次') }},
        {{ indicator(301004400, 'net_yuan', unit='yuan', kind='semi_additive', en='N', zh='净',
            NET) }},
        _version
    from spine
)
select * from final
"""
COMPOSITE = """
with stale as ({{ stale_days(source('audit', 'snapshots')) }}),
spine as (
    select value.* from {{ ref('ind_value') }} as value
    inner join stale on value.as_of_date = stale.day_date
),
final as (
    select customer_key, as_of_date,
        {{ composite(801001100, 'refund_rate', en='Rate', zh='退费率', RATE) }},
        {{ composite(801002100, 'net_per_visit', 'net_yuan / visits_count', en='NV', zh='次均') }},
        _version
    from spine
)
select * from final
"""
OLD = {"NET": "expression='g'", "RATE": "formula='refund_yuan / gross_yuan'"}
NEW = {
    "NET": "expression='g - r', valid_from='2026-07-01', earlier=[{'valid_to': '2026-07-01',"
    " 'expression': 'g', 'reason': 'refunds were forgotten'}]",
    "RATE": "formula='refund_yuan / net_yuan', valid_from='2026-06-01',"
    " earlier=[{'valid_to': '2026-06-01', 'formula': 'refund_yuan / gross_yuan'}]",
}


class Project:
    """A dbt project of two indicator tables, the catalogue and the mart, on a tiny lake."""

    def __init__(self, folder, monkeypatch) -> None:
        """Copy what is ours, and name the two subjects; the mart's own examples stay away."""
        self.lake = Living(folder / "home")
        self.folder = folder / "dbt"
        shutil.copytree(CHECKOUT / "dbt" / "macros", self.folder / "macros")
        for name in ("dbt_project.yml", "profiles.yml", *(f"models/{kept}" for kept in KEPT)):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / "dbt" / name, self.folder / name)
        subjects = "{% macro indicator_subjects(grain='customer') -%}"
        macro = self.folder / "macros" / "indicator.sql"
        rest = macro.read_text().split(subjects)[1].split("{%- endmacro %}", 1)[1]
        ours = subjects + "{{ return({'301': 'value', '801': 'composite'}) }}{%- endmacro %}"
        macro.write_text(ours + rest)
        mart = self.folder / "models/marts/mart_indicator_restatement.yml"
        mart.write_text(mart.read_text().split("unit_tests:")[0])
        monkeypatch.setattr(dbt_runner, "PROJECT", self.folder)

    def declare(self, definitions: dict[str, str]) -> None:
        """Write the two tables with these definitions."""
        for name, text in (("value", VALUE), ("composite", COMPOSITE)):
            for placeholder, definition in definitions.items():
                text = text.replace(f"{placeholder})", f"{definition})")
            (self.folder / f"models/indicators/ind_{name}.sql").write_text(text)

    def build(self, *arguments: str, version: str = "v", select: str = "*") -> None:
        self.lake.snapshots({MAY: version, JUNE: version, JULY: version})
        built = ["run", "--select", select, *arguments]
        assert dbt_runner.command(self.lake.settings, built)

    def rows(self, query: str) -> list[tuple]:
        with duckdb.connect(self.lake.settings.warehouse_file, read_only=True) as con:
            return con.sql(query).fetchall()

    def values(self) -> dict[date, tuple]:
        """Per month: net of a and b, refund rate of a, net per visit of a."""
        found = self.rows(
            "select as_of_date, net_yuan, refund_rate, net_per_visit from indicators.ind_value"
            " inner join indicators.ind_composite using (customer_key, as_of_date)"
            " order by as_of_date, customer_key"
        )
        return {a[0]: (a[1], b[1], a[2], a[3]) for a, b in zip(found[::2], found[1::2])}  # noqa: B905


BEFORE = {MAY: (10, 6, 0.4, 5), JUNE: (20, 12, 0.4, 10), JULY: (30, 18, 0.4, 15)}
DATED = {MAY: (10, 6, 0.4, 5), JUNE: (20, 12, 0.4, 10), JULY: (18, 18, 12 / 18, 9)}
RESTATED = {MAY: (6, 6, 4 / 6, 3), JUNE: (12, 12, 8 / 12, 6), JULY: (18, 18, 12 / 18, 9)}


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    """What stood in the tables after every step of a definition's life."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPPORT_K_ANONYMITY", "1")
        project = Project(tmp_path_factory.mktemp("versions"), patch)
        project.declare(OLD)
        project.build(select="ind_value ind_composite")
        found = {"before": project.values()}
        project.declare(NEW)
        project.build("--full-refresh")
        found |= {"dated": project.values(), "diff": diff(project), "catalogue": catalogue(project)}
        declared = registry.declared(project.folder)
        history = {name: entry.versions for name, entry in declared.items()}
        names = restating.restate(project.lake.settings, history, JULY)
        project.build(version="restated")
        found |= {"names": names, "restated": project.values(), "diff after": diff(project)}
        found["again"] = restating.restate(project.lake.settings, history, JULY)
        restating.withdraw(project.lake.settings)
        project.build(version="v", select="ind_value ind_composite")
        return found | {"withdrawn": project.values()}


def diff(project: Project) -> dict[tuple, tuple]:
    rows = project.rows(
        "select indicator_name, as_of_date, changed_count, sum_before_value, sum_after_value,"
        " is_newest_in_force from marts.mart_indicator_restatement"
    )
    return {row[:2]: row[2:] for row in rows}


def catalogue(project: Project) -> list[tuple]:
    return project.rows(
        "select version_number, valid_from, valid_to, is_in_force, expression, reason"
        " from marts.dim_indicator_version where indicator_name = 'net_yuan' order by 1"
    )


def test_months_before_a_change_keep_their_values_and_months_after_it_have_the_new_ones(seen):
    assert seen["before"] == BEFORE
    assert seen["dated"] == DATED


def test_a_restatement_computes_every_month_by_the_newest_definition_and_can_be_taken_back(seen):
    assert seen["names"] == ["net_yuan", "refund_rate"]
    assert seen["restated"] == RESTATED
    assert seen["again"] == []
    assert seen["withdrawn"] == DATED


def test_the_difference_is_told_before_it_is_made_and_after_it(seen):
    ratio = (1, None, None)
    expected = {
        ("net_yuan", MAY): (1, 16, 12), ("net_yuan", JUNE): (1, 32, 24),
        ("refund_rate", MAY): ratio, ("net_per_visit", MAY): ratio,
        ("refund_rate", JUNE): ratio, ("net_per_visit", JUNE): ratio,
    }  # fmt: skip
    assert seen["diff"] == {key: (*values, False) for key, values in expected.items()}
    assert seen["diff after"] == {key: (*values, True) for key, values in expected.items()}


def test_the_catalogue_shows_every_version_and_the_one_in_force(seen):
    change = date(2026, 7, 1)
    assert seen["catalogue"] == [
        (1, ALWAYS, change, False, "g", "refunds were forgotten"),
        (2, change, FOREVER, True, "g - r", None),
    ]
