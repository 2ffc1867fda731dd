"""Pins down which columns a column is said to be made of; every query is small enough to see it."""

from warehouse.engine.column_lineage import column_lineage, source_locations

COLUMNS = {
    ("boss", "bills"): (("bill_id", "varchar"), ("account_id", "varchar"), ("amount", "double")),
    ("customer", "dim_account"): (("account_id", "varchar"), ("customer_key", "varchar")),
    ("customer", "dim_rate"): (("rate", "double"),),
}
BILLS = ("boss", "bills")
ACCOUNT = ("customer", "dim_account")


def origins(sql: str, **locations: str) -> dict[str, set[tuple[str, str, str]]]:
    return {name: set(of) for name, of in column_lineage(sql, COLUMNS, locations).items()}


def test_a_column_is_followed_through_stars_joins_and_aggregates():
    sql = """
        with bills as (select * from "warehouse"."boss"."bills"),
        summed as (select account_id, sum(amount) as total from bills group by account_id),
        final as (
            select a.customer_key, s.total * 2 as doubled
            from "warehouse"."customer"."dim_account" as a
            left join summed as s on s.account_id = a.account_id
        )
        select * from final
    """
    assert origins(sql) == {
        "customer_key": {(*ACCOUNT, "customer_key")},
        "doubled": {(*BILLS, "amount")},
    }


def test_a_filter_and_a_window_count_as_what_a_column_is_made_of():
    sql = """
        select
            sum(amount) filter (where bill_id <> '') as with_filter,
            row_number() over (partition by account_id order by amount) as place
        from boss.bills
    """
    assert origins(sql) == {
        "with_filter": {(*BILLS, "amount"), (*BILLS, "bill_id")},
        "place": {(*BILLS, "account_id"), (*BILLS, "amount")},
    }


def test_both_sides_of_a_union_count_by_position():
    sql = """
        with both_sides as (
            select account_id as id from boss.bills
            union all
            select customer_key from customer.dim_account
        )
        select id from both_sides
    """
    assert origins(sql) == {"id": {(*BILLS, "account_id"), (*ACCOUNT, "customer_key")}}


def test_a_scalar_subquery_is_followed_and_a_constant_has_no_origin():
    sql = """
        select amount * (select max(rate) from customer.dim_rate) as priced, 1 as one
        from boss.bills
    """
    assert origins(sql) == {
        "priced": {(*BILLS, "amount"), ("customer", "dim_rate", "rate")},
        "one": set(),
    }


def test_a_source_read_from_the_lake_is_known_by_its_name():
    manifest = {
        "sources": {
            "source.rapport.boss.bills": {
                "source_name": "boss",
                "name": "bills",
                "source_meta": {"external_location": "read_parquet('/lake/boss/{name}/*.parquet')"},
                "meta": {},
            }
        }
    }
    sql = "select amount as amount_yuan from read_parquet('/lake/boss/bills/*.parquet')"
    found = column_lineage(sql, COLUMNS, source_locations(manifest))
    assert found == {"amount_yuan": [(*BILLS, "amount")]}


def test_sql_that_cannot_be_read_has_no_lineage_and_stops_nothing():
    assert column_lineage("select from where", COLUMNS, {}) == {}
