"""Pairs of records and how probably each is one person, computed by Splink in a given connection.

What does not belong here: which pairs become links (`links.py`), where records come from.
"""

import logging

import duckdb
import pyarrow as pa

from warehouse.linkage.comparisons import OTHERWISE, condition, missing
from warehouse.linkage.description import Comparison, Description
from warehouse.linkage.keys import keys_of

PREPARED = "linkage_prepared"


def prepare(con: duckdb.DuckDBPyConnection, records: pa.Table, description: Description) -> None:
    """Make the table of keys and blocks from `position`, `cluster` and the columns of all roles.

    A block of more records than the limit is taken away: what is left costs at most half the limit
    per record and block, however many records there are.
    """
    keys = {"position": records["position"], "cluster": records["cluster"]}
    for role in description.roles:
        for name, values in keys_of(role.kind, records[role.column]).items():
            keys[f"{role.name}_{name}"] = values
    if description.across:
        keys["across"] = records[description.across]
    con.register("linkage_keys", pa.table(keys))
    blocks = ", ".join(
        f"{_joined(parts)} as block_{number}" for number, parts in enumerate(description.blocks)
    )
    kept = ", ".join(
        f"case when block_{number} is not null"
        f" and count(*) over (partition by block_{number}) <= {description.block_limit}"
        f" then block_{number} end as block_{number}"
        for number in range(len(description.blocks))
    )
    con.execute(
        f"""
        create or replace temp table {PREPARED} as
        with blocked as (select *, {blocks} from linkage_keys)
        select * replace ({kept}) from blocked order by position
        """
    )
    con.unregister("linkage_keys")


def has_pairs(con: duckdb.DuckDBPyConnection, description: Description) -> bool:
    """Whether any block holds records of two clusters; Splink is not even imported otherwise."""
    shared = " union all ".join(
        f"select 1 from {PREPARED} where block_{number} is not null"
        f" group by block_{number} having min(cluster) < max(cluster)"
        for number in range(len(description.blocks))
    )
    return con.sql(f"select exists ({shared})").fetchone()[0]


def score(
    con: duckdb.DuckDBPyConnection,
    description: Description,
    blocks: list[str] | None = None,
    weight: float | None = None,
) -> str:
    """Score the pairs that share a block and are not of one cluster; returns the table's name.

    Args:
        con: Holds the prepared records.
        description: Comparisons and weights.
        blocks: Conditions to use instead of the description's blocks.
        weight: Least match weight (log2 odds) of a pair that is kept; None keeps all.
    """
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.WARNING)  # below that it quotes its SQL
    apart = "l.cluster <> r.cluster" + (" and l.across <> r.across" if description.across else "")
    conditions = blocks or [
        f"l.block_{number} = r.block_{number} and {apart}"
        for number in range(len(description.blocks))
    ]
    api = DuckDBAPI(con)
    linker = Linker(
        api.register(PREPARED),
        {
            "link_type": "dedupe_only",
            "unique_id_column_name": "position",
            "probability_two_random_records_match": description.prior,
            "comparisons": [_splink_comparison(item) for item in description.comparisons],
            "blocking_rules_to_generate_predictions": [
                {"blocking_rule": text, "sql_dialect": "duckdb"} for text in conditions
            ],
            "retain_matching_columns": True,
            "retain_intermediate_calculation_columns": False,
        },
        log_level=None,
        validate_settings=False,
    )
    found = linker.inference.predict(threshold_match_weight=weight, warning_mode="never")
    return found.physical_name


def _joined(parts: tuple[str, ...]) -> str:
    return " || '|' || ".join(f"({part})" for part in parts)


def _splink_comparison(comparison: Comparison) -> dict:
    absent = {"sql_condition": missing(comparison), "is_null_level": True}
    levels = [
        {
            "sql_condition": (
                "ELSE" if level.code == OTHERWISE else condition(comparison, level.code)
            ),
            "m_probability": level.m,
            "u_probability": level.u,
        }
        for level in comparison.levels
    ]
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [
            {"label_for_charts": code, **level}
            for code, level in zip(
                ["missing", *(level.code for level in comparison.levels)],
                [absent, *levels],
                strict=True,
            )
        ],
    }
