"""CRM records and BOSS accounts: how one person appears in the systems.

Some people have a second CRM record, some BOSS accounts do not know the CRM number, a few names are
damaged. What does not belong here: the truth that says who is who (answers.py).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator import damage, duplicates, identifiers, sharing
from simulator.columns import numbered
from simulator.name_errors import MISHEARD
from simulator.people import People
from simulator.periods import FAR
from simulator.randomness import permuted, pick, stream
from simulator.sharing import Parties


@dataclass
class Records:
    """CRM customer records (parallel arrays) and, per person, the accounts."""

    person: np.ndarray
    registered: np.ndarray
    second: np.ndarray
    """Second of the day the record was opened."""
    has_id: np.ndarray
    phone: np.ndarray
    phone_style: np.ndarray
    address_style: np.ndarray
    region: np.ndarray
    birth: np.ndarray
    is_female: np.ndarray
    status: np.ndarray
    changed: np.ndarray
    """Day of the last change after registration; FAR without one."""
    name: pa.Array
    id_number: pa.Array
    customer_number: np.ndarray
    kind: np.ndarray
    """Why the person has this record (index into `duplicates.KINDS`)."""
    # per person
    first_of: np.ndarray
    """Leading record of each person; -1 without CRM record."""
    parties: Parties
    holder_id_number: pa.Array
    knows_crm: np.ndarray
    account_has_id: np.ndarray
    # per account: main account of person n at n, wallet at people + n
    holder_name: pa.Array
    account_number: np.ndarray
    damaged: dict[str, np.ndarray]
    """What was damaged, for the answer sheet."""

    def customer_id(self, record: np.ndarray) -> pa.Array:
        """CRM numbers of records; -1 is empty."""
        safe = np.where(record < 0, -1, self.customer_number[record])
        return numbered("C", safe, 9)

    def account_id(self, account: np.ndarray) -> pa.Array:
        """BOSS numbers of accounts; -1 is empty."""
        safe = np.where(account < 0, -1, self.account_number[account])
        return numbered("A", safe, 9)


def make_records(people: People, seed: int, last: int) -> Records:
    """Give every person identifiers, CRM records and account numbers."""
    rng, size = stream(seed, "records"), len(people)
    parties = sharing.make_parties(people, seed)
    identity = identifiers.identity_numbers(rng, people.birth, people.is_female)
    credit = identifiers.credit_codes(seed, people.region, people.party == 2)
    id_number = pc.if_else(pa.array(people.party == 0), identity, credit)

    leading = np.flatnonzero(people.has_crm)
    second = duplicates.second_records(people, seed, leading[parties.host[leading] < 0])
    person = np.concatenate([leading, second.person])
    count, later = len(person), len(leading)
    kind = np.concatenate([np.zeros(later, np.int8), second.kind])
    first_of = np.full(size, -1)
    first_of[leading] = np.arange(later)
    has_id = np.concatenate([rng.random(later) < 0.95, second.has_id])
    needed = np.isin(second.kind, (duplicates.SAME_ID, duplicates.MISTYPED_ID))
    has_id[first_of[second.person[needed]]] = True
    has_id[first_of[second.person[~second.first_has_id]]] = False
    registered = people.registered[person].astype(np.int64)
    # a record opened after the end of the world is never exported
    registered[later:] += rng.integers(5, 700, count - later)
    phone = parties.contact_phone[person].copy()
    other = np.flatnonzero(~np.isin(kind, duplicates.KEEPS_PHONE))
    phone[other] = 19_300_000_000 + permuted(other, seed, 8)

    lead_has_id = np.zeros(size, bool)
    lead_has_id[leading] = has_id[:later]
    # an account without CRM number joins by id number, or else by phone and name
    account_has_id = (rng.random(size) < 0.9) | ((parties.host >= 0) & lead_has_id)
    records = Records(
        person=person,
        registered=np.minimum(registered, last + 400).astype(np.int32),
        second=rng.integers(9 * 3600, 18 * 3600, count),
        has_id=has_id,
        phone=phone,
        phone_style=pick(rng, [0.82, 0.06, 0.06, 0.06], count),
        address_style=np.where(kind == 0, 0, pick(rng, [1, 1, 1, 1], count)),
        region=people.region[person].copy(),
        birth=people.birth[person].copy(),
        is_female=people.is_female[person].copy(),
        status=np.zeros(count, np.int8),
        changed=np.full(count, FAR),
        name=parties.name.take(pa.array(person)),
        id_number=id_number.take(pa.array(person)),
        customer_number=permuted(np.arange(count), seed, 9),
        kind=kind,
        first_of=first_of,
        parties=parties,
        holder_id_number=id_number,
        knows_crm=people.has_crm & (rng.random(size) < 0.70),
        account_has_id=account_has_id,
        holder_name=pa.concat_arrays([parties.name, parties.name]),
        account_number=permuted(np.arange(2 * size), seed + 11, 9),
        damaged={},
    )
    _damage(records, people, seed, last)
    return records


def _damage(records: Records, people: People, seed: int, last: int) -> None:
    """Disguise the second records that only look alike, then damage some of the first ones."""
    done, kind, lead = damage.Damaged(seed), records.kind, records.first_of
    alike = np.flatnonzero(kind == duplicates.DAMAGED_NAME)
    owner = records.person[alike]
    by_id = records.has_id[alike] & records.account_has_id[owner] & (people.joined[owner] <= last)
    records.name = done.names("crm", records.name, alike, records.is_female[alike], MISHEARD, by_id)
    swapped = np.flatnonzero(kind == duplicates.SWAPPED_BIRTH)
    records.birth[swapped] = duplicates.swapped(records.birth[swapped])
    mistyped = np.flatnonzero(kind == duplicates.MISTYPED_ID)
    done.note("crm", mistyped, ["id_number"] * len(mistyped), is_joined=False)

    lead_has_id = np.where(lead >= 0, records.has_id[lead], False)
    joins = records.knows_crm | (lead_has_id & records.account_has_id)
    joins &= (people.party == 0) & people.has_crm & (people.joined <= last)
    joins[records.person[kind > 0]] = False
    in_crm, in_boss, (birth, sex, id_number) = damage.chosen(
        seed, joins, lead_has_id, records.knows_crm
    )
    records.name = done.names("crm", records.name, lead[in_crm], people.is_female[in_crm])
    records.holder_name = done.names(
        "boss", records.holder_name, in_boss, people.is_female[in_boss]
    )
    records.birth[lead[birth]] += 365
    records.is_female[lead[sex]] ^= True
    for code, hit in (("birth", birth), ("sex", sex), ("id_number", id_number)):
        done.note("crm", lead[hit], [code] * len(hit))
    wrong = np.concatenate([mistyped, lead[id_number]])
    texts = duplicates.mistyped(records.id_number.take(pa.array(wrong)))
    records.id_number = damage.replaced(records.id_number, wrong, texts)

    rng = stream(seed, "branches")
    reached = joins & (records.parties.host < 0) & records.knows_crm
    at_branch = lead[np.flatnonzero(reached & (rng.random(len(people)) < sharing.BRANCH_SHARE))]
    records.phone[at_branch] = sharing.branch_phones(rng, len(at_branch), len(people))
    records.damaged = done.closed()


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
