"""One small world for all planted truths, its exported files and answer sheet as tables.

What does not belong here: assertions, and any help from the simulator in reading its own files.
"""

import json

import duckdb
import pytest

from simulator import Density, write_world

CUSTOMERS, SEED = 12_000, 11
"""Enough for the tolerances the truths are stated with; less use and fewer pages than usual."""

SOURCES = {
    "accounts": "read_csv('{0}/boss/accounts/*.csv', all_varchar=true, filename=true)",
    "subscriptions": "read_csv('{0}/boss/subscriptions/*.csv', filename=true)",
    "bills": "read_csv('{0}/boss/bills/*.csv', types={{'amount_yuan': 'decimal(12,2)'}})",
    "payments": "read_csv('{0}/boss/payments/*.csv', all_varchar=true)",
    "balances": "read_csv('{0}/boss/account_balance_days/*.csv.gz', "
    "types={{'balance_yuan': 'decimal(14,2)', 'inflow_yuan': 'decimal(14,2)', "
    "'outflow_yuan': 'decimal(14,2)'}})",
    "orders": "read_json('{0}/web/orders/*.jsonl.gz')",
}


@pytest.fixture(scope="session")
def con(tmp_path_factory):
    """A connection with every table the tests of this folder ask; times as local times."""
    folder = tmp_path_factory.mktemp("world")
    landing, truth = folder / "landing", folder / "truth"
    write_world(landing, truth, CUSTOMERS, SEED, density=Density(usage=0.5, views=0.5))
    connection = duckdb.connect()
    for name, source in SOURCES.items():
        connection.execute(f"create table {name} as from {source.format(landing)}")
    scalars = json.loads((truth / "truth.json").read_text())
    connection.execute("create table scalar (name varchar, value json)")
    connection.executemany(
        "insert into scalar values (?, ?)", [(k, json.dumps(v)) for k, v in scalars.items()]
    )
    for path in truth.glob("*.parquet"):
        connection.execute(f"create table {path.stem} as from '{path}'")
    for table in ("customers", "contacts", "surveys", "complaints", "consents", "products"):
        file = _as_utf8(landing / "crm" / table, folder / f"{table}.csv")
        connection.execute(f"create table {table} as from read_csv('{file}', all_varchar=true)")
    connection.execute(
        """create or replace table contacts as
        select try_strptime(开始时间, '%Y/%m/%d %H:%M:%S') as started,
            strptime(结束时间, '%Y/%m/%d %H:%M:%S') as ended, 方向 as direction, 渠道 as channel,
            坐席 as agent_id, 推荐产品 as product_id, 意图 as intent, 结果 as outcome,
            活动编号 as campaign_id, 来电原因 as reason, 等待秒数::int as wait_seconds,
            接触编号 as contact_id, 客户编号 as customer_id, 系统推荐产品 as recommended_product_id,
            person
        from contacts left join identity on source_name = 'crm' and source_id = 客户编号"""
    )
    connection.execute(
        """create view surveys_on_contacts as
        select contacts.*, 评分::int / 满分::int * 5 as points
        from surveys join contacts on contact_id = 接触编号"""
    )
    connection.execute(
        """create table catalogue as
        select distinct 产品编号 as product_id, 产品族 as family_code,
            cast(月费 as decimal(12, 2)) as monthly_fee_yuan
        from products"""
    )
    return connection


@pytest.fixture(scope="session")
def planted(con):
    """The planted numbers, by name."""
    return {name: json.loads(value) for name, value in con.execute("from scalar").fetchall()}


def _as_utf8(folder, target):
    """All GB18030 files of a table as one file that DuckDB can read."""
    lines = []
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding="gb18030").splitlines()
        lines += [f"{text[0]},filename"] if not lines else []
        lines += [f"{line},{path.name}" for line in text[1:]]
    target.write_text("\n".join(lines), encoding="utf-8")
    return target
