"""Faults planted in what was learnt are found by the checks that ought to, and by no other."""

from gate_world import AS_OF, OFFER, critical, on

from expectations.gate import run_stage


def test_score_faults_are_found(world):
    world.rewrite(
        f"scores/{OFFER}/*/scores.parquet",
        """select * replace (
            case when score_rank = 1 then 1.5 else p_response end as p_response,
            case when score_rank = 100 then 10 else decile end as decile)
        from rows where score_rank <> 50
        union all select * from rows where score_rank = 60
        union all select * replace ('nobody' as customer_key) from rows where score_rank = 61""",
    )
    world.rewrite(
        f"scores_evaluation/{OFFER}/evaluation.parquet",
        """select * replace (observed_share / 4 as observed_share, 0.3 as calibration_error)
        from rows""",
    )
    result = run_stage(world.settings, "scores", as_of=AS_OF)
    assert critical(result) == (
        on("lake.scores", "rows_of_unknown_customers")
        | on(
            f"lake.scores {OFFER}",
            "unique(customer_key)",
            "within(p_response)",
            "scored_less_population",
        )
        | on(
            f"lake.scores {OFFER} by decile",
            "rows_between_largest_and_smallest",
            "deciles_out_of_order",
        )
        | on(f"lake.scores_evaluation {OFFER}", "predicted_to_observed", "calibration_error")
    )


def test_live_figures_that_contradict_each_other_are_found_and_a_stop_is_a_warning(world):
    world.rewrite(
        f"scores_monitoring/{OFFER}/monitoring.parquet",
        """select * replace (0.2 as observed_share, 0.05 as gap_share, 0.9 as auc,
            901 as positives_count, 'stale' as state_code,
            max(week_date) over () as week_date) from rows""",
    )
    result = run_stage(world.settings, "scores", as_of=AS_OF)
    assert critical(result) == on(
        "lake.scores_monitoring",
        "rows_of_shares_that_do_not_add_up",
        "rows_with_more_outcomes_than_known",
        "rows_outside_their_interval",
        "rows_given_twice",
    )
    assert [c.passed for c in result.checks if c.name == "stopped_models"] == [False]


def test_scores_of_another_model_than_the_one_judged_are_found(world):
    world.rewrite(
        f"scores_evaluation/{OFFER}/evaluation.parquet",
        "select * replace ('another' as model_version) from rows",
    )
    result = run_stage(world.settings, "scores", as_of=AS_OF)
    assert critical(result) == on(f"lake.scores_evaluation {OFFER}", "rows_of_another_model")


def test_faults_of_clusters_are_found(world):
    world.rewrite(
        "clusters/consumers/members.parquet",
        """select * replace (case when row_number() over (order by customer_key) = 7 then 9::int
            else cluster_number end as cluster_number) from rows
        union all select * replace ('nobody' as customer_key) from rows where cluster_number is null
        union all select * replace ('nobody' as customer_key, 'nearest_centre' as rule_code)
            from rows where cluster_number is null""",
    )
    result = run_stage(world.settings, "scores", as_of=AS_OF)
    assert critical(result) == on(
        "lake.clusters__members",
        "unique(customer_key)",
        "rows_of_unknown_customers",
        "rows_without_a_card",
        "rows_without_a_reason",
    )


def test_faults_of_expected_purchases_are_found(world):
    world.rewrite(
        "value/purchases.parquet",
        """with numbered as (
            select *, row_number() over (order by customer_key) as number from rows)
        select case number when 1 then 'nobody' when 2 then customer_key_of_3 else customer_key end
                as customer_key,
            as_of_date, if(number = 4, 1.1, alive_share) as alive_share,
            if(number = 5, -1, expected_purchases_90d) as expected_purchases_90d,
            if(number = 6, null, expected_purchase_yuan) as expected_purchase_yuan
        from numbered cross join (
            select customer_key as customer_key_of_3 from numbered where number = 3)""",
    )
    result = run_stage(world.settings, "scores", as_of=AS_OF)
    assert critical(result) == on(
        "lake.value__purchases",
        "unique(customer_key)",
        "rows_of_unknown_customers",
        "within(alive_share)",
        "within(expected_purchases_90d)",
        "rows_without_a_price",
    )
