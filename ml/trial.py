"""Past campaigns with a random hold-out, as trials: who was drawn, what was known, what happened.

Campaigns with one objective and product family are one trial; a trial needs enough people held out.
What does not belong here: learning (`uplift.py`), and what counts as a response (`cmp_response`).
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from ml import features, labels
from ml.uplift import FOLDS, Trial
from warehouse.errors import RapportError

LEAST = {"control_count": 400, "rarer_outcomes_count": 10}
"""Forty a tenth, so that none falls below twenty; and ten of the rarer outcome in either arm, below
which the share it is compared with is known to no better than a third of itself."""
PARTY = "C"
"""Parties never share a model, and no trial of another party has been large enough."""


@dataclass(frozen=True)
class Group:
    """Campaigns that are judged together, and how many people they had."""

    offer: str
    objective: str
    family: str | None
    campaigns: int
    window: tuple[date, date]
    counts: dict[str, int]

    def require_enough(self) -> None:
        """Refuse what is too small to show an effect.

        Raises:
            RapportError: RP-4020 with the counts.
        """
        if any(self.counts[name] < least for name, least in LEAST.items()):
            raise RapportError("RP-4020", offer=self.offer, **self.counts)


def groups(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Group]:
    """Make the temporary table `trial` of all matured members and return its groups by name.

    Whole months, as for any other label, so that a daily run meets the same data. Features are
    those of the last snapshot before the draw; without one a member cannot be scored.
    """
    con.execute(
        f"""
        create or replace temporary table trial as
        with snapshot as (select distinct as_of_date from {labels.MONTH_ENDS}),
        drawn as (
            select
                concat_ws('_', c.objective_code, p.family_code) as offer_code,
                c.objective_code, p.family_code, r.campaign_id, r.customer_key, r.assigned_date,
                r.arm_code = 'treatment' as is_treated, r.is_response,
                cast(s.margin_yuan as double) as margin_yuan,
                cast(c.contact_cost_yuan * coalesce(k.contacts_count, 0) as double) as cost_yuan
            from campaigns.cmp_response as r
            inner join customer.dim_campaign as c on c.campaign_id = r.campaign_id
            inner join customer.dim_customer as d on d.customer_key = r.customer_key
            left join customer.dim_product as p on p.product_id = c.offer_product_id
            left join campaigns.cmp_sale as s
                on s.campaign_id = r.campaign_id and s.customer_key = r.customer_key
            left join campaigns.cmp_contact as k
                on k.campaign_id = r.campaign_id and k.customer_key = r.customer_key
            where d.party_type_code = '{PARTY}' and r.outcome_date < date_trunc('month', $as_of)
                and r.is_mature
        )
        select d.*, max(s.as_of_date) as as_of_date
        from drawn as d inner join snapshot as s on s.as_of_date < d.assigned_date
        group by all
        """,
        {"as_of": as_of},
    )
    return [
        Group(offer, objective, family, campaigns, (first, last), _counts(*counts))
        for offer, objective, family, campaigns, first, last, *counts in con.sql("""
            select offer_code, objective_code, family_code, count(distinct campaign_id),
                min(assigned_date), max(assigned_date),
                count(*) filter (is_treated and is_response),
                count(*) filter (is_treated and not is_response),
                count(*) filter (not is_treated and is_response),
                count(*) filter (not is_treated and not is_response)
            from trial group by all order by offer_code
        """).fetchall()
    ]


def read(con: duckdb.DuckDBPyConnection, wanted: list[Group]) -> dict[str, Trial]:
    """Return the people of each group in a fixed order, with every indicator that tells them apart.

    All groups are read at once: most of the time goes into meeting the indicator tables.
    """
    con.execute(
        """
        create or replace temporary table member as
        select *, row_number() over (order by offer_code, campaign_id, customer_key) - 1 as row_id,
            cast(('0x' || left(md5(customer_key), 8)) as bigint) % $folds as fold
        from trial where list_contains($offers, offer_code)
        """,
        {"offers": [group.offer for group in wanted], "folds": FOLDS},
    )
    rows = con.sql("select * from member order by row_id").to_arrow_table()
    columns = {name: rows[name].to_numpy(zero_copy_only=False) for name in rows.column_names}
    known = sorted(features.catalogue(con).values())
    matrix = features.matrix(con, "member", known, rows.num_rows)
    return {
        group.offer: _trial(columns, matrix, columns["offer_code"] == group.offer)
        for group in wanted
    }


def _trial(columns: dict[str, np.ndarray], matrix: np.ndarray, inside: np.ndarray) -> Trial:
    found = {name: column[inside] for name, column in columns.items()}
    treated = found["is_treated"].astype(bool)
    return Trial(
        matrix=matrix[inside][:, _telling(matrix[inside])],
        treated=treated,
        response=found["is_response"].astype(bool),
        customer=found["customer_key"].astype(str),
        fold=found["fold"],
        margin=float(np.nanmean(found["margin_yuan"])),
        cost=float(found["cost_yuan"][treated].mean()),
    )


def _counts(hit: int, missed: int, control_hit: int, control_missed: int) -> dict[str, int]:
    return {
        "treated_count": hit + missed,
        "control_count": control_hit + control_missed,
        "rarer_outcomes_count": min(hit, missed, control_hit, control_missed),
    }


def _telling(matrix: np.ndarray) -> np.ndarray:
    """Which columns are known for at least a hundredth of the rows and not the same everywhere."""
    seen = ~np.isnan(matrix)
    low = np.where(seen, matrix, np.inf).min(axis=0)
    high = np.where(seen, matrix, -np.inf).max(axis=0)
    return (seen.mean(axis=0) >= 0.01) & (low < high)
