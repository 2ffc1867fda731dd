"""Identity card numbers, unified social credit codes, phones, e-mail and postal addresses.

All are well-formed (check digits, sex and birth date agree, dialling ranges exist) and distinct
where the real ones are. E-mail uses the reserved example domains. What does not belong here: who
shares or lacks one.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.columns import codes, digits, joined
from simulator.randomness import permuted
from simulator.regions import BIRTH_COUNTIES, CITIES, CODE, ROADS

_RIC_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_RIC_CHECK = tuple("10X98765432")
_USCC_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
_USCC_ALPHABET = tuple("0123456789ABCDEFGHJKLMNPQRTUWXY")
_MOBILE = np.array(
    [130, 131, 132, 133, 135, 136, 137, 138, 139, 150, 151, 152, 155, 157, 158, 159, 166,
     176, 177, 178, 180, 181, 182, 183, 185, 186, 187, 188, 189, 191, 198, 199]
)  # fmt: skip


def _weighted(number: np.ndarray, weights: np.ndarray) -> np.ndarray:
    powers = 10 ** np.arange(16, -1, -1, dtype=np.int64)
    total = np.zeros(len(number), np.int64)
    for power, weight in zip(powers, weights, strict=True):
        total += number // power % 10 * weight
    return total


def identity_numbers(
    rng: np.random.Generator, birth_day: np.ndarray, is_female: np.ndarray
) -> pa.Array:
    """Eighteen-digit identity card numbers: county, birth date, order (even: female), check."""
    size = len(birth_day)
    birth = birth_day.astype("datetime64[D]")
    year = birth.astype("datetime64[Y]").astype(int) + 1970
    month = birth.astype("datetime64[M]").astype(int) % 12 + 1
    day = (birth - birth.astype("datetime64[M]")).astype(int) + 1
    county = BIRTH_COUNTIES[rng.integers(0, len(BIRTH_COUNTIES), size)].astype(np.int64)
    head = county * 10**8 + year * 10_000 + month * 100 + day
    parity = np.where(is_female, 0, 1)
    number = head * 1000 + 2 * rng.integers(0, 500, size) + parity
    while True:  # two people of one county and birthday need two order numbers
        _, first = np.unique(number, return_index=True)
        again = np.ones(size, bool)
        again[first] = False
        if not again.any():
            break
        redrawn = 2 * rng.integers(0, 500, int(again.sum())) + parity[again]
        number[again] = head[again] * 1000 + redrawn
    check = codes(_RIC_CHECK, _weighted(number, _RIC_WEIGHTS) % 11)
    return joined(digits(number), check)


def credit_codes(seed: int, region: np.ndarray, is_government: np.ndarray) -> pa.Array:
    """Unified social credit codes: authority, kind, division, organisation number, check."""
    organisation = permuted(np.arange(len(region)), seed, 9)
    kind = np.where(is_government, 11, 91).astype(np.int64)
    division = np.array(CODE, np.int64)[region]
    number = kind * 10**15 + division * 10**9 + organisation
    rest = (31 - _weighted(number, _USCC_WEIGHTS) % 31) % 31
    return joined(digits(number), codes(_USCC_ALPHABET, rest))


def mobile_numbers(rng: np.random.Generator, seed: int, size: int) -> np.ndarray:
    """Distinct eleven-digit mobile numbers."""
    prefix = _MOBILE[rng.integers(0, len(_MOBILE), size)].astype(np.int64)
    return prefix * 10**8 + permuted(np.arange(size), seed + 3, 8)


def phone_text(phone: np.ndarray, style: np.ndarray) -> pa.Array:
    """Phones as people type them: plain, with +86, with dashes, with spaces."""
    plain = digits(phone)
    a, b, c = digits(phone // 10**8), _padded(phone // 10**4 % 10**4), _padded(phone % 10**4)
    forms = [plain, joined("+86 ", plain), joined(a, "-", b, "-", c), joined(a, " ", b, " ", c)]
    return pc.choose(pa.array(style.astype(np.int64)), *forms)


def _padded(number: np.ndarray) -> pa.Array:
    return pc.utf8_lpad(digits(number), 4, "0")


def emails(number: np.ndarray, domain: np.ndarray) -> pa.Array:
    """Addresses under the reserved example domains."""
    domains = ("example.com", "example.net", "example.org")
    return joined("u", digits(number), "@", codes(domains, domain))


@dataclass(frozen=True)
class Homes:
    """Where people live, by parts; one entry per person."""

    region: np.ndarray
    road: np.ndarray
    number: np.ndarray
    room: np.ndarray

    def text(self, person: np.ndarray, style: np.ndarray) -> pa.Array:
        """Addresses as people write them: in full, without city, short, in full-width digits."""
        at, road = self.region[person], codes(ROADS, self.road[person])
        number, room = digits(self.number[person]), digits(self.room[person])
        district = codes([c[2] for c in CITIES], at)
        full = joined(codes([c[1] for c in CITIES], at), district, road, number, "号", room, "室")
        forms = [
            full,
            joined(district, road, number, "号", room, "室"),
            joined(codes([c[1][:-1] for c in CITIES], at), district, road, number, "-", room),
            _full_width(full),
        ]
        return pc.choose(pa.array(style.astype(np.int64)), *forms)


def homes(rng: np.random.Generator, region: np.ndarray) -> Homes:
    """City, district, road, number, room of every person."""
    size = len(region)
    return Homes(
        region.copy(),
        rng.integers(0, len(ROADS), size),
        rng.integers(1, 300, size),
        rng.integers(101, 2900, size),
    )


def _full_width(text: pa.Array) -> pa.Array:
    for digit in "0123456789":
        text = pc.replace_substring(text, digit, chr(ord(digit) + 0xFEE0))
    return text
