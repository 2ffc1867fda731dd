"""What one clustering is: who is clustered by which indicators; a file in `ml/clusterings/`.

What does not belong here: how many clusters there are, which the data say (`groups.py`).
"""

import json
import re
from dataclasses import asdict, dataclass
from importlib import import_module
from pkgutil import iter_modules

from ml import clusterings
from ml.declaration import PROSE, Text, rules_of


@dataclass(frozen=True)
class Clustering:
    """A declaration; its fingerprint is the part of a version that people decide."""

    name: str
    title: Text
    intended_use: Text
    limits: Text
    indicators: tuple[str, ...]
    party_types: tuple[str, ...] = ("C",)
    """Consumers, businesses and government bodies are never clustered together."""
    population: str = "is_active = 1"
    """Comparisons of indicators with numbers, joined by `and`."""
    most_clusters: int = 9
    """More than nobody keeps in mind, and no campaign treats ten groups differently."""
    sample_rows: int = 2500
    """A mean of so many moves by 2 % of a standard deviation; measured, 5,000 choose the same k."""
    seed: int = 20_261_031

    def __post_init__(self) -> None:
        """Refuse what could not become a path or SQL, where it is written."""
        for text in (self.name, *self.indicators):
            if not re.fullmatch(r"[a-z][a-z0-9_]{2,62}", text):
                raise ValueError(f"{text!r} must be lower_snake_case")
        self.rules()

    @property
    def offer(self) -> str:
        """Name under which features and errors know it."""
        return self.name

    def rules(self) -> list[tuple[str, str, str]]:
        """Return the population rule as (indicator, comparison, number) triples."""
        return rules_of(self.population)

    def fingerprint(self) -> str:
        """Return everything that shapes the clusters, as text; prose may change without a fit."""
        shaping = {key: value for key, value in asdict(self).items() if key not in PROSE}
        return json.dumps(shaping, sort_keys=True)


def declared() -> list[Clustering]:
    """Return all declared clusterings by name; a file carries the name of what it declares."""
    found = []
    for name in sorted(module.name for module in iter_modules(clusterings.__path__)):
        clustering: Clustering = import_module(f"ml.clusterings.{name}").CLUSTERING
        if clustering.name != name:
            raise ValueError(f"ml/clusterings/{name}.py declares {clustering.name!r}")
        found.append(clustering)
    return found
