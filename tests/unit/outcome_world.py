"""Nine customers as of every month end, without a contact or product, and what may happen to them.

What does not belong here: assertions about labels.
"""

from datetime import date

from ml_world import AS_OF, MONTH_ENDS, empty

from ml import features, labels
from ml.registry import declaration


def nine_customers(tmp_path):
    """Customers c1 .. c9 as of every month end; `data_mb_30d` says which snapshot it is."""
    world = empty(tmp_path)
    with world.open() as con:
        con.execute("create temporary table number as select unnest(range(1, 10)) as n")
        con.execute(
            "create temporary table day as "
            "select unnest(?::date[]) as d, unnest(range(13)) as place",
            [MONTH_ENDS],
        )
        con.execute(
            "insert into customer.dim_customer select 'c' || n, if(n = 9, 'B', 'C') from number"
        )
        con.execute(
            "insert into customer.int_customer_xref "
            "select 'crm', 'customer', 'crm-c' || n, 'c' || n from number"
        )
        con.execute(
            "insert into indicators.ind_service select 'c' || n, d, n <> 8, 100, 0 from number, day"
        )
        con.execute(
            "insert into indicators.ind_usage "
            "select 'c' || n, d, place, null, 'inf' from number, day"
        )
        con.execute("insert into customer.dim_product values ('P-F', 'fibre'), ('P-T', 'tv')")
        con.execute(
            "insert into customer.dim_campaign values "
            "('FIBRE', 'up_sell', 'P-F'), ('TV', 'up_sell', 'P-T'), ('STAY', 'retention', null)"
        )
    return world


def member(con, key: str, assigned: str, campaign: str = "FIBRE", arm: str = "treatment") -> None:
    con.execute(
        "insert into facts.fct_campaign_member values (?, ?, ?, ?)",
        [campaign, f"crm-{key}", arm, assigned],
    )


def contact(
    con,
    key: str,
    day: str,
    outcome: str = "refused",
    campaign: str = "FIBRE",
    way: str = "outbound",
) -> None:
    con.execute(
        "insert into facts.fct_contact values (?, ?, ?, ?, ?)",
        [campaign, f"crm-{key}", way, day, outcome],
    )


def holds(
    con,
    key: str,
    started: str,
    ended: str | None = None,
    family: str = "fibre",
    product: str | None = None,
) -> None:
    con.execute(
        "insert into customer.dim_subscription values (?, ?, ?, ?, ?)",
        [key, family, started, ended, product],
    )


def outcomes(world, offer: str = "fibre_upgrade", as_of: date = AS_OF) -> dict:
    """(customer, anchor) -> (label, snapshot)."""
    model = declaration(offer)
    with features.connect(world.settings) as con:
        known = features.catalogue(con)
        labels.make_outcomes(con, model, features.population(known, model), as_of)
        rows = con.sql(
            "select customer_key, anchor_date, is_positive, as_of_date from outcome"
        ).fetchall()
    found = {(key, str(anchor)): (label, str(seen)) for key, anchor, label, seen in rows}
    assert len(found) == len(rows), "one row per customer and anchor in these worlds"
    return found
