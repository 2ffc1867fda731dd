"""What the gate `scores` asks of everything else that was learnt, beside the scores themselves.

What does not belong here: probabilities, ranks and hold-outs of offers (`scores.py`).
"""

from expectations.vocabulary import WARNING, Suite, measure, none, rows, suite, unique, within
from expectations.workspace import World, of_customers


def suites(world: World) -> list[Suite]:
    """Return a suite per table that stands beside the scores."""
    return [_monitoring(world), _clusters(world), _uplift(), _purchases(world)]


def _monitoring(world: World) -> Suite:
    """What came of earlier scores; a model that went wrong serves none today."""
    return suite(
        "lake.scores_monitoring",
        none(
            "rows_of_shares_that_do_not_add_up",
            "abs(gap_share - observed_share + predicted_share) > 1e-5",
        ),
        none("rows_with_more_outcomes_than_known", "positives_count > matured_count"),
        none(
            "rows_outside_their_interval",
            "gap_share not between gap_ci_low_share and gap_ci_high_share"
            " or auc not between auc_ci_low and auc_ci_high",
        ),
        none("rows_given_twice", "copies > 1"),
        measure(
            "stopped_models",
            "count(*) filter (state_code = 'stale')",
            at_most=0,
            severity=WARNING,
            why="a model in service has gone wrong: rapport models, mart_model_monitoring",
        ),
        measure(
            "weeks_to_look_at",
            "count(*) filter (state_code = 'warn')",
            at_most=0,
            severity=WARNING,
            why="see the reason in mart_model_monitoring",
        ),
        none(
            "scores_by_a_stopped_model", "state_code = 'stale' and scored_as_of_date = as_of_date"
        ),
        relation=f"""select *,
                count(*) over (partition by offer_code, model_version, week_date) as copies
            from lake.scores_monitoring where as_of_date = date '{world.as_of}'""",
    )


def _clusters(world: World) -> Suite:
    """Who is in which cluster: nobody twice, nobody unknown, no cluster without a card."""
    return suite(
        "lake.clusters__members",
        rows(severity=WARNING, why="nobody is clustered: too few customers as yet"),
        unique("customer_key"),
        none("rows_of_unknown_customers", "not is_known"),
        none("rows_without_a_card", "cluster_number is not null and not has_card"),
        none(
            "rows_without_a_reason", "(cluster_number is null) <> (rule_code <> 'nearest_centre')"
        ),
        relation=f"""select members.*, cards.cluster_number is not null as has_card
            from ({of_customers(world, "lake.clusters__members")}) as members
            left join lake.clusters__cards as cards
                using (clustering_code, clustering_version, cluster_number)""",
    )


def _uplift() -> Suite:
    """An effect is a difference of shares of two arms that are both there."""
    return suite(
        "lake.effects__uplift",
        none("rows_with_an_empty_arm", "least(treated_count, control_count) < 1"),
        none("arms_that_do_not_add_up", "treated_count + control_count <> customers_count"),
        none(
            "effects_outside_their_interval",
            "not uplift_itt_share between uplift_itt_ci_low_share and uplift_itt_ci_high_share"
            " or not uplift_itt_share between -1 and 1",
        ),
        none("tenths_given_twice", "copies > 1"),
        relation="""select *,
                count(*) over (partition by offer_code, ranking_code, decile) as copies
            from lake.effects__uplift""",
    )


def _purchases(world: World) -> Suite:
    """What buyers will buy: nobody twice, nobody unknown, nothing negative."""
    return suite(
        "lake.value__purchases",
        rows(severity=WARNING, why="too few bought again, or the models do not fit: see the step"),
        unique("customer_key"),
        none("rows_of_unknown_customers", "not is_known"),
        within("alive_share", 0, 1),
        within("expected_purchases_90d", 0, 90),
        none("rows_without_a_price", "not coalesce(expected_purchase_yuan > 0, false)"),
        relation=of_customers(world, "lake.value__purchases"),
    )
