"""CRM records and BOSS accounts: how one person appears in the systems.

Some people have a second CRM record, some share a family phone, some BOSS accounts do not know
the CRM number. What does not belong here: the truth that says who is who (answers.py).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator import identifiers, names
from simulator.columns import numbered
from simulator.people import DUPLICATE_SHARE, People
from simulator.periods import FAR
from simulator.randomness import permuted, pick, stream


@dataclass
class Records:
    """CRM customer records (parallel arrays) and, per person, the identifiers."""

    person: np.ndarray
    registered: np.ndarray
    second: np.ndarray
    """Second of the day the record was opened."""
    has_id: np.ndarray
    phone: np.ndarray
    phone_style: np.ndarray
    region: np.ndarray
    status: np.ndarray
    changed: np.ndarray
    """Day of the last change after registration; FAR without one."""
    first_of: np.ndarray
    """Leading record of each person; -1 without CRM record."""
    id_number: pa.Array
    name: pa.Array
    address: pa.Array
    own_phone: np.ndarray
    contact_phone: np.ndarray
    """Per person; a family may share one."""
    customer_number: np.ndarray
    account_number: np.ndarray
    """Main account of person n at n, wallet at people + n."""
    knows_crm: np.ndarray
    account_has_id: np.ndarray
    duplicate_rule: np.ndarray
    """Per record: 0 the only or leading one, 1 same id number, 2 same phone and name."""

    def customer_id(self, record: np.ndarray) -> pa.Array:
        """CRM numbers of records; -1 is empty."""
        safe = np.where(record < 0, -1, self.customer_number[record])
        return numbered("C", safe, 9)

    def account_id(self, account: np.ndarray) -> pa.Array:
        """BOSS numbers of accounts; -1 is empty."""
        safe = np.where(account < 0, -1, self.account_number[account])
        return numbered("A", safe, 9)


def _names(people: People, seed: int) -> pa.Array:
    rng = stream(seed, "names")
    person = names.person_names(rng, people.is_female)
    company = names.company_names(rng, people.region, np.maximum(people.industry, 0))
    bureau = names.bureau_names(rng, people.region)
    return pc.choose(pa.array(people.party.astype(np.int64)), person, company, bureau)


def _family_phones(
    rng: np.random.Generator, people: People, own: np.ndarray, name: pa.Array
) -> np.ndarray:
    """Three in a hundred consumers are reached on somebody else's phone, never a namesake's."""
    shared = own.copy()
    sharer = np.flatnonzero((people.party == 0) & (rng.random(len(own)) < 0.03))
    hosts = np.setdiff1d(np.flatnonzero(people.party == 0), sharer)
    if not len(hosts):
        return shared
    host = hosts[rng.permutation(len(hosts))[np.arange(len(sharer)) % len(hosts)]]
    label = name.dictionary_encode().indices.to_numpy()
    fine = label[sharer] != label[host]
    shared[sharer[fine]] = own[host[fine]]
    return shared


def make_records(people: People, seed: int, last: int) -> Records:
    """Give every person identifiers, CRM records and account numbers."""
    rng, size = stream(seed, "records"), len(people)
    name = _names(people, seed)
    identity = identifiers.identity_numbers(rng, people.birth, people.is_female)
    credit = identifiers.credit_codes(seed, people.region, people.party == 2)
    id_number = pc.if_else(pa.array(people.party == 0), identity, credit)
    own = identifiers.mobile_numbers(rng, seed, size)
    contact = _family_phones(rng, people, own, name)

    leading = np.flatnonzero(people.has_crm)
    single = leading[contact[leading] == own[leading]]
    double = single[rng.random(len(single)) < DUPLICATE_SHARE / 0.97]
    by_id = rng.random(len(double)) < 0.5
    person = np.concatenate([leading, double])
    count = len(person)
    rule = np.concatenate([np.zeros(len(leading)), np.where(by_id, 1, 2)]).astype(np.int8)
    has_id = np.where(rule > 0, rule == 1, rng.random(count) < 0.95)
    has_id[np.isin(person, double[by_id]) & (rule == 0)] = True
    registered = people.registered[person].astype(np.int64)
    registered[len(leading) :] += rng.integers(5, 700, len(double))
    first_of = np.full(size, -1)
    first_of[leading] = np.arange(len(leading))
    # a record opened after the end of the world is never exported
    phone = contact[person].copy()
    other = rule == 1
    phone[other] = 19_300_000_000 + permuted(np.flatnonzero(other), seed, 8)

    crm_id = people.has_crm & (rng.random(size) < 0.70)
    shares_phone = contact != own
    lead_has_id = np.zeros(size, bool)
    lead_has_id[leading] = has_id[: len(leading)]
    # an account without CRM number joins by id number, or else by phone and name
    account_has_id = (rng.random(size) < 0.9) | (shares_phone & lead_has_id)
    return Records(
        person=person,
        registered=np.minimum(registered, last + 400).astype(np.int32),
        second=rng.integers(9 * 3600, 18 * 3600, count),
        has_id=has_id,
        phone=phone,
        phone_style=pick(rng, [0.82, 0.06, 0.06, 0.06], count),
        region=people.region[person].copy(),
        status=np.zeros(count, np.int8),
        changed=np.full(count, FAR),
        first_of=first_of,
        id_number=id_number,
        name=name,
        address=identifiers.addresses(rng, people.region[person]),
        own_phone=own,
        contact_phone=contact,
        customer_number=permuted(np.arange(count), seed, 9),
        account_number=permuted(np.arange(2 * size), seed + 11, 9),
        knows_crm=crm_id,
        account_has_id=account_has_id,
        duplicate_rule=rule,
    )


def drift(
    records: Records, people: People, rng: np.random.Generator, period_days: np.ndarray
) -> None:
    """One record in a hundred moves house in a month and a few are of people who have died."""
    known = np.flatnonzero((records.registered < period_days[0]) & (records.status == 0))
    moved = known[rng.random(len(known)) < 0.010 * len(period_days) / 30]
    records.region[moved] = records.region[rng.integers(0, len(records.region), len(moved))]
    people.region[records.person[moved]] = records.region[moved]
    records.changed[moved] = period_days[rng.integers(0, len(period_days), len(moved))]
    records.status[moved[: len(moved) // 40]] = 2
