"""One small world for all planted truths, its exported files and answer sheet as tables.

What does not belong here: assertions, and any help from the simulator in reading its own files.
"""

import duckdb
import pytest

from simulator import write_world

CUSTOMERS, SEED = 4000, 11

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
    write_world(landing, truth, customers=CUSTOMERS, seed=SEED)
    connection = duckdb.connect()
    for name, source in SOURCES.items():
        connection.execute(f"create table {name} as from {source.format(landing)}")
    for path in truth.glob("*.parquet"):
        connection.execute(f"create table {path.stem} as from '{path}'")
    for table in ("customers", "contacts"):
        file = _as_utf8(landing / "crm" / table, folder / f"{table}.csv")
        connection.execute(
            f"create table {table}_file as from read_csv('{file}', all_varchar=true)"
        )
    connection.execute("create table customers as from customers_file")
    connection.execute(
        """create table contacts as
        select try_strptime(开始时间, '%Y/%m/%d %H:%M:%S') as started,
            strptime(结束时间, '%Y/%m/%d %H:%M:%S') as ended, 方向 as direction, 渠道 as channel,
            坐席 as agent_id, 推荐产品 as product_id, 意图 as intent, 结果 as outcome,
            活动编号 as campaign_id, 来电原因 as reason
        from contacts_file"""
    )
    return connection


def _as_utf8(folder, target):
    """All GB18030 files of a table as one file that DuckDB can read."""
    lines = []
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding="gb18030").splitlines()
        lines += text if not lines else text[1:]
    target.write_text("\n".join(lines), encoding="utf-8")
    return target
