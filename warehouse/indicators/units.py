"""Units of indicators as powers of base units: what may be added, and what a quotient is called.

`yuan/minute` is yuan to the power 1 and minute to the power -1; a share is a pure number, as is
count/count. Any word is a base unit. What does not belong here: what is made of which.
"""

from collections import Counter

PURE = "share"
"""A number without a unit; the same dimension as the quotient of two like amounts."""

Powers = tuple[tuple[str, int], ...]


def powers(unit: str) -> Powers:
    """Base units with their powers, in order, those that cancel out left out."""
    found: Counter[str] = Counter()
    above, *below = unit.split("/")
    for sign, side in ((1, above), *((-1, part) for part in below)):
        for word in side.split("*"):
            if word not in (PURE, "1"):
                found[word] += sign
    return tuple(sorted((word, power) for word, power in found.items() if power))


def multiplied(left: str, right: str) -> str:
    """Unit of a product."""
    return _written(powers(left), powers(right), 1)


def divided(left: str, right: str) -> str:
    """Unit of a quotient; of two like units both are named, because it need not be a share."""
    if powers(left) and powers(left) == powers(right):
        return f"{left}/{right}" if "/" not in left + right else PURE
    return _written(powers(left), powers(right), -1)


def _written(left: Powers, right: Powers, sign: int) -> str:
    found = Counter(dict(left))
    for word, power in right:
        found[word] += sign * power
    above = [word for word, power in sorted(found.items()) for _ in range(power)]
    below = [word for word, power in sorted(found.items()) for _ in range(-power)]
    if not above and not below:
        return PURE
    return "/".join(["*".join(above) or "1", *below])
