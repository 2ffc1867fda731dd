"""Damaged names are found, sound ones left alone, and nobody is called by a doubtful one."""

import duckdb
import pytest

RECALL_AT_LEAST, FALSE_BLOCKS_AT_MOST = 0.98, 0.005


@pytest.fixture(scope="module")
def con(world, reference):
    """Findings, planted errors and the published marts side by side."""
    lake = reference.settings.lake
    with duckdb.connect() as con:
        con.execute(f"attach '{reference.current / 'marts.duckdb'}' as published (read_only)")
        for name, query in {
            "finding": f"from '{lake}/identity/name_quality.parquet'",
            "record": f"""from '{lake}/identity/customer_xref.parquet'
                where valid_to = '9999-12-31' and entity <> 'visitor'""",
            "scored": f"from read_parquet('{lake}/scores/*/*/scores.parquet')",
            "planted": f"""from '{world}/truth/name_errors.parquet'
                semi join record using (source_name, source_id)""",
            "blocked": """select distinct customer_key from finding
                where severity_level = 1 and not is_resolved""",
        }.items():
            con.execute(f"create view {name} as {query}")
        yield con


def test_nearly_every_planted_error_is_found_and_what_repair_mends_blocks_nobody(con):
    found, planted = con.sql(
        """
        select count(*) filter (exists (
                   from finding where finding.source_name = planted.source_name
                       and finding.source_id = planted.source_id)),
               count(*)
        from planted where is_joined_by_rule
        """
    ).fetchone()
    assert planted > 30
    assert found >= RECALL_AT_LEAST * planted
    blocked_for_nothing = con.sql(
        """
        select customer_key from planted inner join record using (source_name, source_id)
        group by customer_key
        having bool_and(is_repaired_by_text) and customer_key in (from blocked)
        """
    ).fetchall()
    assert blocked_for_nothing == []


def test_hardly_a_customer_without_an_error_is_blocked(con):
    blocked, clean = con.sql(
        """
        with damaged as (
            select customer_key from planted inner join record using (source_name, source_id)
        )
        select count(*) filter (customer_key in (from blocked)), count(*)
        from (select distinct customer_key from record) where customer_key not in (from damaged)
        """
    ).fetchone()
    assert clean > 1000
    assert blocked <= FALSE_BLOCKS_AT_MOST * clean


def test_nobody_with_an_unsettled_name_is_in_an_outbound_list(con):
    def customers(query: str) -> set[tuple[str]]:
        return set(con.sql(f"select customer_key from {query}").fetchall())

    blocked = customers("blocked")
    assert blocked & customers("scored"), "nobody would have been listed anyway"
    assert customers("published.mart_campaign_propensity")
    assert not blocked & customers("published.mart_campaign_propensity")
    view = "published.mart_customer_360"
    assert not blocked & customers(f"{view} where best_offer_code is not null")
    assert blocked == customers(f"{view} where not is_name_cleared")
