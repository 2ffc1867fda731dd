"""Calls and agents: closed hours, waits, favourites, polite talk, incentives, calls back.

Figures are recomputed from the exported files and compared with the answer sheet, within the
tolerances the truths are stated with. What does not belong here: campaigns.
"""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import spearmanr


def test_many_who_answer_a_message_ring_in_the_evening_and_meet_nobody(con, planted):
    evening, unanswered, answered = con.execute(
        """
        select avg((hour(started) = 19)::int),
            (select count(*) from contacts where direction = 'inbound' and hour(started) = 19),
            (select count(agent_id) from contacts
                where direction = 'inbound' and hour(started) = 19)
        from contacts where direction = 'inbound' and campaign_id is not null
        """
    ).fetchone()
    assert evening == pytest.approx(planted["evening_share_of_answers"], abs=0.06)
    assert unanswered == pytest.approx(planted["evening_calls"], rel=0.05)
    assert answered == 0


def test_a_wait_of_more_than_two_minutes_costs_the_planted_points(con, planted):
    gap, long_share = con.execute(
        """
        with rated as (
            select points, wait_seconds > 120 as is_long,
                avg(points) over (partition by outcome, wait_seconds > 120) as cell,
                outcome from surveys_on_contacts
            where wait_seconds is not null and outcome in ('resolved', 'refused', 'undecided'))
        select avg(points) filter (not is_long) - avg(points) filter (is_long),
            avg(is_long::int) from rated
        """
    ).fetchone()
    assert gap == pytest.approx(planted["long_wait_penalty_points_of_five"], abs=0.1)
    assert 0.1 < long_share < 0.4


def test_nobody_waits_but_those_who_ring_and_are_answered(con):
    waits, others = con.execute(
        """
        select count(*) filter (direction = 'inbound' and channel = 'phone'
                and agent_id is not null and wait_seconds is null),
            count(wait_seconds) filter (direction = 'outbound' or channel <> 'phone'
                or agent_id is null)
        from contacts
        """
    ).fetchone()
    assert (waits, others) == (0, 0)


def test_interest_halves_with_every_half_life_after_an_enquiry(con, planted):
    calls = con.execute(
        """
        with enquiries as (
            select person, ended from contacts where direction = 'inbound' and intent = 'service'
                and campaign_id is null and reason in ('upgrade', 'question')
                and outcome = 'resolved'),
        calls_back as (
            select person, started, outcome = 'accepted' as is_yes from contacts
            where direction = 'outbound' and campaign_id is null and intent = 'sales'
                and outcome in ('accepted', 'refused', 'undecided'))
        select epoch(started - ended) / 3600 as hours, is_yes
        from calls_back asof join enquiries
            on calls_back.person = enquiries.person and started >= ended
        """
    ).fetchnumpy()
    hours, said_yes = calls["hours"], calls["is_yes"].astype(float)

    def unlikelihood(parameters):
        at_once, half_life = parameters
        chance = np.clip(at_once * 0.5 ** (hours / half_life), 1e-9, 1 - 1e-9)
        return -np.sum(said_yes * np.log(chance) + (1 - said_yes) * np.log(1 - chance))

    found = minimize(unlikelihood, [0.5, 12.0], bounds=[(0.05, 0.99), (1, 100)])
    assert found.x[1] == pytest.approx(planted["interest_half_life_hours"], rel=0.15)
    assert found.x[0] == pytest.approx(planted["yes_to_call_back_at_once"], rel=0.15)


def test_the_day_agents_are_paid_for_sales_shows_as_a_break_in_their_offers(con, planted):
    rows = con.execute(
        """
        select started::date, count(*), count(product_id) from contacts
        where direction = 'inbound' and campaign_id is null and agent_id is not null
        group by 1 order by 1
        """
    ).fetchall()
    days = [row[0] for row in rows]
    calls, offers = (np.array([row[n] for row in rows], float) for n in (1, 2))

    def fit(low, high):
        n, k = calls[low:high].sum(), offers[low:high].sum()
        return k * math.log(k / n) + (n - k) * math.log(1 - k / n)

    best = max(range(14, len(days) - 14), key=lambda at: fit(0, at) + fit(at, len(days)))
    true = date.fromisoformat(planted["pushed_from_date"])
    assert abs(days[best] - true) <= timedelta(days=14)
    before, after = (o.sum() / c.sum() for o, c in (
        (offers[:best], calls[:best]), (offers[best:], calls[best:])))  # fmt: skip
    assert after > 1.7 * before


def test_from_that_day_on_service_is_worse_and_complaints_of_it_more(con, planted):
    day = planted["pushed_from_date"]
    solved, solved_later = con.execute(
        """
        select avg((outcome <> 'unresolved')::int) filter (started < ?::timestamp),
            avg((outcome <> 'unresolved')::int) filter (started >= ?::timestamp)
        from contacts where direction = 'inbound' and campaign_id is null
        """,
        [day, day],
    ).fetchone()
    assert solved_later < solved - 0.05
    made = con.execute(
        """
        select 投诉原因 = 'service' as of_service,
            count(*) filter (受理时间 >= ?) / (date '2026-11-08' - ?::date)
            / (count(*) filter (受理时间 < ?) / (?::date - date '2025-10-01'))
        from complaints group by 1 order by 1
        """,
        [day.replace("-", "/"), day, day.replace("-", "/"), day],
    ).fetchall()
    (_, others), (_, of_service) = made
    assert of_service > 2 > 1.5 > others


def test_agents_differ_in_their_taste_as_planted(con):
    rows = con.execute(
        """
        select taste_share, avg((product_id = favourite_product_id)::int), count(*)
        from contacts join agents using (agent_id)
        where direction = 'inbound' and intent = 'sales' group by agent_id, taste_share
        """
    ).fetchall()
    planted_shares, observed, counts = zip(*rows, strict=True)
    assert spearmanr(planted_shares, observed).statistic >= 0.7
    # what does not follow taste still hits the favourite one time in five
    expected = np.mean([share + (1 - share) / 5 for share in planted_shares])
    assert np.mean(observed) == pytest.approx(expected, abs=0.05)
    assert min(counts) > 20


def test_some_refuse_only_after_half_an_hour_of_polite_talk(con, planted):
    share = con.execute(
        """
        select avg((ended - started > interval 20 minutes)::int) from contacts
        where direction = 'outbound' and channel = 'phone' and intent = 'sales'
            and outcome in ('refused', 'undecided')
        """
    ).fetchone()[0]
    assert share == pytest.approx(planted["polite_share"], abs=0.01)


def test_every_further_contact_in_a_week_raises_the_hazard_of_withdrawing_consent(con, planted):
    rows = con.execute(
        """
        with pushed as (
            select person, channel, started, ended, count(*) over (partition by person
                order by started range between interval 7 days preceding and current row) - 1
                as extra
            from contacts where direction = 'outbound' and intent in ('sales', 'inform')),
        withdrawn as (
            select person, strptime(变更时间, '%Y/%m/%d %H:%M:%S') as at from consents
            join identity on source_name = 'crm' and source_id = 客户编号
            where 是否同意 = 'false')
        select least(extra, 1) as more, count(*),
            count(*) filter (exists (select 1 from withdrawn where withdrawn.person = pushed.person
                and withdrawn.at = pushed.ended + interval 10 minutes)), avg(extra)
        from pushed where channel in ('phone', 'sms') group by 1 order by 1
        """
    ).fetchall()
    (_, alone, left_alone, _), (_, more, left_more, extra) = rows
    ratio = (left_more / more) / (left_alone / alone)
    expected = planted["opt_out_growth_per_extra_contact_7d"] ** extra
    assert ratio == pytest.approx(expected, rel=0.2)
