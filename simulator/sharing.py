"""People who are not one person although they share a phone or an address.

Families, organisations reached through somebody who is a customer too, and phones of branches that
stand in for a missing one. What does not belong here: second records of one person (duplicates.py).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator import identifiers, names
from simulator.identifiers import Homes
from simulator.people import People
from simulator.randomness import stream

FAMILY_SHARE = 0.03
"""Consumers reached on the phone of somebody in the same home."""
SAME_SURNAME = 0.6
CONTACT_PERSON_SHARE = 0.15
"""Organisations whose phone is a consumer's own."""
BRANCH_SHARE = 0.006
"""CRM records of consumers that carry the phone of the branch that opened them."""
PEOPLE_PER_BRANCH = 10_000
BRANCH_PHONE = 17_000_000_001


@dataclass
class Parties:
    """One entry per person: who they are on paper and how they are reached."""

    name: pa.Array
    home: Homes
    own_phone: np.ndarray
    contact_phone: np.ndarray
    """Where the person is reached: a family, or an organisation and its contact, share one."""
    host: np.ndarray
    """Whose phone it is, for those who share one; -1 otherwise."""


def make_parties(people: People, seed: int) -> Parties:
    """Name, home and phone of everybody; families move in together."""
    size = len(people)
    rng = stream(seed, "names")
    surname = names.surnames(rng, size)
    guest, host = _families(people, seed)
    related = rng.random(len(guest)) < SAME_SURNAME
    surname[guest[related]] = surname[host[related]]
    name = names.all_names(rng, people, surname)
    own = identifiers.mobile_numbers(stream(seed, "phones"), seed, size)
    shared = np.full(size, -1)
    label = name.dictionary_encode().indices.to_numpy()
    fine = label[guest] != label[host]  # a namesake in one home would be one person to any rule
    shared[guest[fine]] = host[fine]
    people.region[guest[fine]] = people.region[host[fine]]
    home = identifiers.homes(stream(seed, "homes"), people.region)
    for part in (home.road, home.number, home.room):
        part[guest[fine]] = part[host[fine]]
    organisation, person = _contact_persons(people, shared, seed)
    shared[organisation] = person
    contact = np.where(shared >= 0, own[shared], own)
    return Parties(name, home, own, contact, shared)


def _families(people: People, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Consumers who live with another one, and with whom; nobody is both."""
    rng = stream(seed, "families")
    is_guest = (people.party == 0) & (rng.random(len(people)) < FAMILY_SHARE)
    hosts = np.flatnonzero((people.party == 0) & ~is_guest)
    guest = np.flatnonzero(is_guest)[: len(hosts)]
    return guest, rng.permutation(hosts)[: len(guest)]


def _contact_persons(
    people: People, shared: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    rng = stream(seed, "contact persons")
    free = np.flatnonzero((people.party == 0) & (shared < 0) & people.has_crm)
    wanted = np.flatnonzero((people.party > 0) & (rng.random(len(people)) < CONTACT_PERSON_SHARE))
    organisation = wanted[: len(free)]
    return organisation, rng.permutation(free)[: len(organisation)]


def branch_phones(rng: np.random.Generator, size: int, people: int) -> np.ndarray:
    """Phones of branches, each on some forty records."""
    return BRANCH_PHONE + rng.integers(0, max(1, people // PEOPLE_PER_BRANCH), size)
