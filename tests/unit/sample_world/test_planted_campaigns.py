"""Arms at random, known effects, known hazards: what models and reviews must find again.

Figures are recomputed from the exported files with SQL and compared with the answer sheet;
tolerances are about three standard errors of the small world used here.
"""

import pytest
from sklearn.metrics import roc_auc_score


def test_the_hold_out_is_drawn_without_regard_to_the_probability(con):
    held, gap, error = con.execute(
        """
        select avg(1 - is_treated::int),
            avg(p_treated) filter (is_treated) - avg(p_treated) filter (not is_treated),
            stddev(p_treated) / sqrt(count(*) filter (not is_treated))
        from campaign_members where objective = 'up_sell'
        """
    ).fetchone()
    assert held == pytest.approx(0.15, abs=0.02)
    assert abs(gap) < 3 * error


def test_the_planted_effect_is_the_mean_difference_of_the_two_probabilities(con):
    differences = con.execute(
        """
        select max(abs(itt_share - gap)) from campaign_effects join (
            select campaign_id, avg(p_treated) - avg(p_control) as gap
            from campaign_members group by campaign_id) using (campaign_id)
        """
    ).fetchone()[0]
    assert differences < 1e-12


def test_who_was_not_reached_was_never_answered_and_does_what_the_held_out_do(con):
    answered, reached, gap, error = con.execute(
        """
        with calls as (
            select campaign_id, person, bool_or(outcome <> 'no_answer') as is_answered
            from contacts where direction = 'outbound' group by all)
        select count(*) filter (is_treated and is_answered <> is_reached),
            avg(is_reached::int) filter (is_treated),
            avg(responded::int) filter (is_treated and not is_reached)
                - avg(responded::int) filter (not is_treated),
            sqrt(2 * avg(responded::int) / count(*) filter (not is_treated))
        from campaign_members left join calls using (campaign_id, person)
        where objective = 'up_sell'
        """
    ).fetchone()
    assert answered == 0
    assert reached == pytest.approx(0.72, abs=0.02)
    assert abs(gap) < 3 * error


def test_every_up_sell_response_shows_as_a_new_fibre_line_within_thirty_days(con):
    missing, unasked = con.execute(
        """
        with lines as (
            select person, started_date from subscriptions
            join identity on source_id = account_id where product_id = 'FIB1' group by all),
        members as (
            select *, make_date(2000 + substr(campaign_id, 3, 2)::int,
                substr(campaign_id, 5, 2)::int, 9) as assigned
            from campaign_members where objective = 'up_sell' and campaign_id < 'CP2611'),
        outcomes as (
            select responded, exists (select 1 from lines where lines.person = members.person
                and started_date between assigned and assigned + 29) as has_line from members)
        select count(*) filter (responded and not has_line),
            avg((has_line and not responded)::int) from outcomes
        """
    ).fetchone()
    assert missing == 0
    assert unasked < 0.01


def test_second_tier_cities_overtake_the_first_only_after_publicity(con):
    rows = dict(
        con.execute(
            """
            select was_informed, avg(p_treated) filter (tier = 2) > avg(p_treated) filter (tier = 1)
            from campaign_members where objective = 'up_sell' group by was_informed
            """
        ).fetchall()
    )
    assert rows == {False: False, True: True}


def test_owners_of_something_similar_respond_far_less(con):
    owners, others, said_yes, said_yes_others = con.execute(
        """
        select avg(p_treated) filter (owns_similar), avg(p_treated) filter (not owns_similar),
            avg(responded::int) filter (owns_similar),
            avg(responded::int) filter (not owns_similar)
        from campaign_members where objective = 'cross_sell' and is_treated
        """
    ).fetchone()
    assert owners < 0.5 * others
    assert said_yes < said_yes_others


def test_the_best_possible_models_are_good_but_not_perfect(con):
    asked = con.execute(
        "select responded, p_true from campaign_members where objective = 'up_sell' and is_treated"
    ).fetchnumpy()
    left = con.execute("select has_left, hazard from churn_hazard").fetchnumpy()
    assert 0.76 < roc_auc_score(asked["responded"], asked["p_true"]) < 0.88
    assert 0.73 < roc_auc_score(left["has_left"], left["hazard"]) < 0.85


def test_people_leave_at_their_hazard(con):
    left, expected, error, monthly = con.execute(
        """
        select sum(has_left::int), sum(hazard), sqrt(sum(hazard * (1 - hazard))),
            avg(hazard) filter (days >= 28) from churn_hazard
        """
    ).fetchone()
    assert abs(left - expected) < 3 * error
    assert 0.015 < monthly < 0.03


def test_who_has_left_holds_nothing_afterwards(con):
    alive = con.execute(
        """
        with latest as (
            select subscription_id, account_id, arg_max(ended_date, filename) as ended
            from subscriptions group by all),
        gone as (
            select person, min(as_of_date + days::int) as last_day from churn_hazard
            where has_left group by person)
        select count(*) filter (ended is null or ended > last_day), count(*)
        from latest join identity on source_id = account_id join gone using (person)
        """
    ).fetchone()
    assert alive[0] == 0
    assert alive[1] > 500
