"""What a dataset says about itself so that its records can be linked; read from YAML.

Everything that is a choice stands there with its reason: roles, comparisons, weights, blocks,
thresholds. What does not belong here: how a comparison is computed (`comparisons.py`).
"""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Role:
    """A column and the kind of thing it holds, which decides what is derived from it."""

    name: str
    kind: str
    column: str


@dataclass(frozen=True)
class Level:
    """One degree of agreement: how often it is met among matches (m) and among strangers (u)."""

    code: str
    m: float
    u: float


@dataclass(frozen=True)
class Comparison:
    """How one piece of evidence is compared, from the strongest level down to `different`."""

    name: str
    test: str
    roles: tuple[str, ...]
    evidence: str
    levels: tuple[Level, ...]
    agrees: tuple[str, ...]
    """Levels strong enough to count as an agreement of their own."""


@dataclass(frozen=True)
class Description:
    """All that linking a dataset needs to know."""

    name: str
    roles: tuple[Role, ...]
    comparisons: tuple[Comparison, ...]
    blocks: tuple[tuple[str, ...], ...]
    """Pairs are compared when all parts of one block are equal; parts are SQL over role keys."""
    block_limit: int
    """A block with more records tells nobody apart and is left out: the work stays linear."""
    prior: float
    """Chance that two records drawn at random are one person."""
    threshold: float
    """Least probability of a link."""
    minimum_evidence: int
    """Independent agreements a link needs, so that one weak key never merges."""
    exclusive: tuple[str, ...] = ()
    """Columns of which one cluster may hold a single value (two documents are two people)."""
    never: tuple[dict[str, tuple[str, ...]], ...] = ()
    """Levels that, met together, mean two people whatever else agrees: {comparison: levels}."""
    across: str | None = None
    """Column whose values a pair must differ in, where each file is known to repeat nobody."""

    def without(self, *names: str) -> "Description":
        """The same description with some roles, and all that stands on them, taken away."""
        gone = {f"{name}_" for name in names}
        kept = tuple(item for item in self.comparisons if not set(item.roles) & set(names))
        known = {item.name for item in kept}
        return Description(
            **{
                **vars(self),
                "roles": tuple(role for role in self.roles if role.name not in names),
                "comparisons": kept,
                "never": tuple(together for together in self.never if known.issuperset(together)),
                "blocks": tuple(
                    block
                    for block in self.blocks
                    if not any(mark in part for part in block for mark in gone)
                ),
            }
        )

    def weighted(self, weights: dict[str, dict[str, tuple[float, float]]]) -> "Description":
        """The same description with other weights: {comparison: {level: (m, u)}}."""
        comparisons = tuple(
            Comparison(
                **{
                    **vars(item),
                    "levels": tuple(
                        Level(level.code, *weights[item.name][level.code]) for level in item.levels
                    ),
                }
            )
            for item in self.comparisons
        )
        return Description(**{**vars(self), "comparisons": comparisons})


def load_description(path: Path) -> Description:
    """Read a description; every comparison lists its levels from strong to weak."""
    said = yaml.safe_load(path.read_text())
    return Description(
        name=said["name"],
        roles=tuple(
            Role(name, role["kind"], role.get("column", name))
            for name, role in said["roles"].items()
        ),
        comparisons=tuple(_comparison(name, item) for name, item in said["comparisons"].items()),
        blocks=tuple(tuple(block) for block in said["blocks"]),
        block_limit=said["block_limit"],
        prior=float(said["prior"]),
        threshold=float(said["threshold"]),
        minimum_evidence=said["minimum_evidence"],
        exclusive=tuple(said.get("exclusive", ())),
        never=tuple(
            {name: tuple(levels) for name, levels in together.items()}
            for together in said.get("never", ())
        ),
        across=said.get("across"),
    )


def _comparison(name: str, item: dict) -> Comparison:
    return Comparison(
        name=name,
        test=item["test"],
        roles=tuple(item["roles"]),
        evidence=item["evidence"],
        levels=tuple(Level(code, *map(float, pair)) for code, pair in item["levels"].items()),
        agrees=tuple(item["agrees"]),
    )
