"""Quality of one linkage as figures and as text. What does not belong here: whose linkage it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warehouse.linkage.description import Description
from warehouse.linkage.metrics import Quality, b_cubed, clusters, pairwise

CURVE = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True)
class Measured:
    """Groups of records at the chosen threshold against the truth, and pairs along the curve."""

    pairs: Quality
    clusters: Quality
    b_cubed: Quality
    curve: dict[float, Quality]
    threshold: float


def measured(
    found: Sequence[object], truth: Sequence[object], curve: dict[float, Quality], threshold: float
) -> Measured:
    """Count in all three ways."""
    return Measured(
        pairwise(found, truth), clusters(found, truth), b_cubed(found, truth), curve, threshold
    )


def lines(title: str, seen: Measured) -> Iterable[str]:
    """One measurement as text."""
    yield title
    for unit, quality in (
        ("pairs", seen.pairs),
        ("whole clusters", seen.clusters),
        ("B-cubed", seen.b_cubed),
    ):
        yield f"    {unit:<15} {_text(quality)}"
    for threshold, quality in seen.curve.items():
        mark = " <- chosen" if threshold == seen.threshold else ""
        yield f"    at {threshold:<12} {_text(quality)}{mark}"


def weights(fixed: Description, found: Description) -> Iterable[str]:
    """The weights a description holds beside those found without labels."""
    yield f"    {'prior':<27} {fixed.prior:<10.2g} found {found.prior:.2g}"
    for item, other in zip(fixed.comparisons, found.comparisons, strict=True):
        for level, seen in zip(item.levels, other.levels, strict=True):
            yield (
                f"    {item.name:<9} {level.code:<17} m {level.m:<8.3g} u {level.u:<8.2g}"
                f" found m {seen.m:<8.3g} u {seen.u:.2g}"
            )


def _text(quality: Quality) -> str:
    return f"precision {quality.precision:.4f} recall {quality.recall:.4f} F1 {quality.f1:.4f}"
