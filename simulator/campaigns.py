"""Past campaigns: who was in the audience, which arm was drawn, what came of the contact.

Arms are drawn at random within the audience. What does not belong here: the response probabilities
(responses.py).
"""

from dataclasses import dataclass

import numpy as np

from simulator import products
from simulator.contacts import (
    ACCEPTED,
    APP,
    DELIVERED,
    HUNG_UP,
    NO_ANSWER,
    OUTBOUND,
    PHONE,
    REFUSED,
    SALES,
    SMS,
    UNDECIDED,
    ContactBook,
    agents_of,
    office_time,
    talk,
)  # fmt: skip
from simulator.periods import DAY_MS, Period
from simulator.randomness import pick

REACHED_BY_PHONE = 0.72
"""Of the treated; a message reaches everybody. Who is not reached does what the held out do."""
CROSS_SELL = ("SEC1", "TVS1", "VID2", "DEV1", "CLO1")
HOLDOUT = {"up_sell": 0.15, "cross_sell": 0.10, "retention": 0.20, "acquisition": 0.10}


@dataclass(frozen=True)
class Campaign:
    """One line of the campaign table; money in fen."""

    number: int
    campaign_id: str
    name: str
    objective: str
    stance: str
    product: int
    channel: int
    start: int
    end: int
    holdout: float
    cost: int
    margin: int


@dataclass
class Members:
    """The audience of one campaign with arms and planted probabilities."""

    campaign: Campaign
    person: np.ndarray
    is_treated: np.ndarray
    is_reached: np.ndarray
    """True only for the treated."""
    p_reached: np.ndarray
    p_treated: np.ndarray
    p_control: np.ndarray
    owns_similar: np.ndarray
    was_informed: np.ndarray
    responded: np.ndarray
    sale_day: np.ndarray
    """First day of the new subscription; meaningful where responded."""

    @property
    def p_given_reach(self) -> np.ndarray:
        """Probability for whoever knows whether the contact came about."""
        return np.where(self.is_reached, self.p_reached, self.p_control)

    @property
    def p_true(self) -> np.ndarray:
        """Probability in the arm that was drawn."""
        return np.where(self.is_treated, self.p_treated, self.p_control)


def plan(period: Period, first_number: int) -> list[Campaign]:
    """The campaigns that start in a period: up-sell, cross-sell and retention each month."""
    offset = 8 if len(period.deliveries) == 1 else 1
    start = period.first + offset
    end = min(period.last, period.first + 24)
    if end < start:
        return []
    fibre = products.INDEX["FIB1"]
    cross = products.INDEX[CROSS_SELL[period.index % len(CROSS_SELL)]]
    wanted = [
        ("fibre_upgrade", "up_sell", "guide", fibre, PHONE, 600),
        (f"{products.CATALOGUE[cross].family}_offer", "cross_sell", "follow", cross, SMS, 10),
        ("stay_with_us", "retention", "guide", -1, PHONE, 900),
    ]
    if period.index % 3 == 1:
        wanted.append(("welcome", "acquisition", "guide", products.INDEX["VOI2"], SMS, 10))
    if period.index % 4 == 2:
        wanted.append(("wealth", "cross_sell", "follow", products.INDEX["WAL2"], APP, 5))
    return [
        Campaign(
            first_number + n, f"CP{period.stamp}{n + 1:02d}", f"{name}_{period.stamp}", objective,
            stance, product, channel, start, end, HOLDOUT[objective], cost,
            12 * int(products.FEE[product] - products.COST[product]) if product >= 0 else 60_000,
        )
        for n, (name, objective, stance, product, channel, cost) in enumerate(wanted)
    ]  # fmt: skip


def draw_members(
    rng: np.random.Generator,
    campaign: Campaign,
    person: np.ndarray,
    p_treated: np.ndarray,
    p_control: np.ndarray,
    owns_similar: np.ndarray,
    informed: np.ndarray,
) -> Members:
    """Hold out at random, then let people respond; probabilities are per person of the world.

    A contact works on whoever it reaches, so that the effect of treatment is the effect on the
    reached, thinned by those who are not.
    """
    size = len(person)
    reach = REACHED_BY_PHONE if campaign.channel == PHONE else 1.0
    is_treated = rng.random(size) >= campaign.holdout
    is_reached = is_treated & (rng.random(size) < reach)
    control = p_control[person]
    reached = np.clip(control + (p_treated[person] - control) / reach, 0, 0.98)
    treated = reach * reached + (1 - reach) * control
    members = Members(
        campaign, person, is_treated, is_reached, reached, treated, control, owns_similar[person],
        informed[person], np.zeros(size, bool), np.zeros(size, np.int64),
    )  # fmt: skip
    members.responded = rng.random(size) < members.p_given_reach
    return members


def contact(
    rng: np.random.Generator,
    members: Members,
    book: ContactBook,
    is_polite: np.ndarray,
    people: int,
) -> None:
    """Contact the treated; of the reached, whoever buys said yes, others refused or wavered."""
    campaign = members.campaign
    days = np.arange(campaign.start, campaign.end + 1)
    working = days[(days + 3) % 7 < 5]
    days = working if len(working) else days
    size = len(members.person)
    day = days[rng.integers(0, len(days), size)]
    members.sale_day = day + rng.integers(1, 10, size)
    treated = np.flatnonzero(members.is_treated)
    person, day = members.person[treated], day[treated]
    by_phone = campaign.channel == PHONE
    said_no = np.array([REFUSED, UNDECIDED, HUNG_UP] if by_phone else [DELIVERED])
    weights = [0.42, 0.17, 0.13] if by_phone else [1.0]
    outcome = said_no[pick(rng, weights, len(treated))]
    yes = members.responded[treated]
    if campaign.objective == "retention":  # an accepted offer to stay, whoever would have left
        yes = rng.random(len(treated)) < 0.35
    outcome = np.where(yes, ACCEPTED, outcome)
    outcome = np.where(members.is_reached[treated], outcome, NO_ANSWER)
    agent = rng.integers(0, agents_of(people), len(treated)) if by_phone else -1
    last_hour = 18 if by_phone else 19
    start = office_time(rng, day, 9, last_hour)
    shared = {
        "campaign": campaign.number,
        "direction": OUTBOUND,
        "channel": campaign.channel,
        "product": campaign.product,
        "advised": campaign.product,
        "intent": SALES,
    }
    end = start + (talk(rng, outcome, is_polite[person]) if by_phone else 0)
    book.add(person, agent=agent, outcome=outcome, start=start, end=end, **shared)
    if by_phone:  # earlier tries that nobody answered
        missed = np.flatnonzero((rng.random(len(treated)) < 0.3) & (day - 2 >= campaign.start))
        early = start[missed] - rng.integers(1, 3, len(missed)) * DAY_MS
        book.add(
            person[missed], agent=agent[missed], outcome=NO_ANSWER, start=early,
            end=early + 25_000, **shared,
        )  # fmt: skip
