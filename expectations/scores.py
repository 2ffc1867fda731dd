"""Gate `scores`: are they probabilities, of the right people, and close to what happens?

Scores that fail here are stopped before any list is made from them; the last generation stays.
What does not belong here: what else was learnt (`learnt.py`), and whether a challenger becomes
champion, which ml/ decides beforehand.
"""

from expectations import learnt
from expectations.vocabulary import (
    WARNING,
    Suite,
    measure,
    none,
    not_null,
    rows,
    suite,
    unique,
    within,
)
from expectations.workspace import Offer, World, of_customers


def suites(world: World) -> list[Suite]:
    """Return a suite over all scores and some per declared offer that is scored."""
    declared = [_all(world), *learnt.suites(world)]
    for offer in world.offers:
        if not offer.is_scored:
            continue
        declared.append(_people(world, offer))
        if offer.method == "base_rate":
            declared.append(_rate(world, offer))
        else:
            declared += [_ranked(world, offer), _deciles(world, offer), _evaluation(world, offer)]
    return declared


def _all(world: World) -> Suite:
    names = ", ".join(f"'{offer.name}'" for offer in world.offers)
    without = [offer.name for offer in world.offers if not offer.is_scored]
    return suite(
        "lake.scores",
        rows(severity=WARNING, why="no offer has scores for the day: too few outcomes as yet"),
        none("rows_of_undeclared_offers", f"offer_code not in ({names})"),
        none("rows_of_unknown_customers", "not is_known"),
        measure(
            "offers_without_a_model",
            f"max({len(without)})",
            at_most=0,
            severity=WARNING,
            why=f"too few outcomes yet, or stopped: {', '.join(without)}" if without else "",
        ),
        relation=of_customers(world, "lake.scores"),
    )


def _people(world: World, offer: Offer) -> Suite:
    return suite(
        f"lake.scores {offer.name}",
        rows(),
        unique("customer_key"),
        not_null("p_response", "model_version"),
        within("p_response", 0, 1),
        within("p_raw", 0, 1),
        measure(
            "scored_less_population",
            f"count(*) - ({_population(world, offer)})",
            at_least=0,
            at_most=0,
            why="everybody of the population gets a score, and nobody else",
        ),
        measure("model_versions", "count(distinct model_version)", at_least=1, at_most=1),
        none("rows_by_another_method", f"method_code <> '{offer.method}'"),
        relation=_scored(world, offer),
    )


def _rate(world: World, offer: Offer) -> Suite:
    return suite(
        f"lake.scores {offer.name} as a rate",
        none(
            "rows_with_a_rank",
            "decile is not null or score_rank is not null",
            why="a base rate says the same of everybody and ranks nobody",
        ),
        measure("distinct_probabilities", "count(distinct p_response)", at_least=1, at_most=1),
        relation=_scored(world, offer),
    )


def _ranked(world: World, offer: Offer) -> Suite:
    return suite(
        f"lake.scores {offer.name} as a ranking",
        not_null("decile", "score_rank"),
        measure(
            "distinct_probabilities",
            "count(distinct p_response)",
            at_least=5,
            severity=WARNING,
            why="a model that says the same of everybody ranks nobody",
        ),
        relation=_scored(world, offer),
    )


def _deciles(world: World, offer: Offer) -> Suite:
    return suite(
        f"lake.scores {offer.name} by decile",
        within("decile", 1, 10),
        measure("deciles_missing", "least(10, sum(people)) - count(*)", at_least=0, at_most=0),
        measure("rows_between_largest_and_smallest", "max(people) - min(people)", at_most=1),
        none(
            "deciles_out_of_order", "best_below > worst", why="a worse tenth ranks above a better"
        ),
        relation=f"""select decile, count(*) as people, min(p_response) as worst,
                lead(max(p_response)) over (order by decile) as best_below
            from ({_scored(world, offer)}) as scored group by decile""",
    )


def _evaluation(world: World, offer: Offer) -> Suite:
    """The hold-out says how far to believe the model whose scores these are."""
    predicted = "sum(customers_count * mean_predicted_share)"
    observed = "sum(customers_count * observed_share)"
    return suite(
        f"lake.scores_evaluation {offer.name}",
        rows(),
        within("mean_predicted_share", 0, 1),
        within("observed_share", 0, 1),
        none("rows_of_another_model", f"model_version not in ({_versions(world, offer)})"),
        measure(
            "predicted_to_observed",
            f"{predicted} / nullif({observed}, 0)",
            at_least=0.5,
            at_most=2,
            why="on average a calibrated model is right; a hold-out of some hundred outcomes is"
            " within a quarter, and twice or half is a model of another world",
        ),
        measure("calibration_error", "avg(calibration_error)", at_most=0.1),
        measure("auc", "avg(auc)", at_least=0.5, severity=WARNING, why="no better than chance"),
        measure(
            "mean_score_to_observed",
            f"(select avg(p_response) from ({_scored(world, offer)}))"
            f" * sum(customers_count) / nullif({observed}, 0)",
            at_least=0.2,
            at_most=5,
            severity=WARNING,
            why="those scored are not those once contacted, so only a large gap is worth a look",
        ),
        relation=f"select * from lake.scores_evaluation where offer_code = '{offer.name}'",
    )


def _scored(world: World, offer: Offer) -> str:
    return (
        f"select * from lake.scores where offer_code = '{offer.name}'"
        f" and as_of_date = date '{world.as_of}'"
    )


def _versions(world: World, offer: Offer) -> str:
    return f"select model_version from ({_scored(world, offer)})"


def _population(world: World, offer: Offer) -> str:
    """Count of those the declaration is about, computed without the code that scores them."""
    tables = {i.name: table for table, entries in world.indicators.items() for i in entries}
    where = [f"as_of_date = date '{world.as_of}'"]
    where += [f"{name} {test} {value}" for name, test, value in offer.rules]
    joined = sorted({tables.get(name, "ind_service") for name, _, _ in offer.rules})
    source = f"indicators.{joined[0]}" + "".join(
        f" join indicators.{table} using (customer_key, as_of_date)" for table in joined[1:]
    )
    parties = ", ".join(f"'{code}'" for code in offer.party_types)
    return (
        f"select count(*) from {source} join customer.dim_customer using (customer_key)"
        f" where {' and '.join(where)} and party_type_code in ({parties})"
    )
