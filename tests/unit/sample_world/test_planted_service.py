"""Calls and agents: closed hours, favourites, polite talk.

Figures are recomputed from the exported files with SQL and compared with the answer sheet;
tolerances are about three standard errors of the small world used here.
"""

import pytest


def test_many_who_answer_a_message_ring_in_the_evening_and_meet_nobody(con):
    evening, answered = con.execute(
        """
        select avg((hour(started) = 19)::int),
            count(*) filter (hour(started) = 19 and agent_id is not null)
        from contacts where direction = 'inbound' and campaign_id is not null
        """
    ).fetchone()
    assert evening == pytest.approx(0.45, abs=0.12)
    assert answered == 0


def test_agents_offer_their_favourite_more_often_than_the_list_would(con):
    share = con.execute(
        """
        select avg((product_id = favourite_product_id)::int) from contacts
        join agents using (agent_id) where direction = 'inbound' and intent = 'sales'
        """
    ).fetchone()[0]
    # half by taste, and a fifth of the other half by chance
    assert share == pytest.approx(0.6, abs=0.1)


def test_some_refuse_only_after_half_an_hour_of_polite_talk(con):
    share = con.execute(
        """
        select avg((ended - started > interval 20 minutes)::int) from contacts
        where direction = 'outbound' and channel = 'phone' and intent = 'sales'
            and outcome in ('refused', 'undecided')
        """
    ).fetchone()[0]
    assert share == pytest.approx(0.07, abs=0.03)
