"""What one propensity model is: offer, outcome, population and indicators, nothing else.

A file in `ml/models/` holds one `PropensityModel` and no code; the fit path and the score path are
the same for all of them. What does not belong here: how a label is computed (`labels.py`) or a
model fitted.
"""

import json
import re
from dataclasses import asdict, dataclass, field

OBJECTIVES = ("acquisition", "up_sell", "cross_sell", "retention")
METHODS = ("behaviour", "base_rate")
"""Learned from indicators, or the rate of the group where outcomes are too few to learn from."""
LABELS = ("response", "lapse", "adoption")
"""The functions of `ml.labels`."""
RULE = re.compile(r"(?P<name>[a-z][a-z0-9_]*) (?P<test>=|<>|<=|>=|<|>) (?P<value>-?\d+(\.\d+)?)")
PROSE = ("title", "intended_use", "limits")


@dataclass(frozen=True)
class Text:
    """One sentence in the two languages of the cards."""

    en: str
    zh: str


def rules_of(population: str) -> list[tuple[str, str, str]]:
    """Return a population such as `is_active = 1 and age_years < 30` as its comparisons.

    Raises:
        ValueError: Something in it is no comparison of an indicator with a number.
    """
    found = [RULE.fullmatch(part) for part in population.split(" and ")]
    if not all(found):
        raise ValueError(f"population {population!r} must compare indicators with numbers")
    return [(rule["name"], rule["test"], rule["value"]) for rule in found if rule]


@dataclass(frozen=True)
class PropensityModel:
    """A declaration; hashing it gives the part of a model's version that people decide."""

    offer: str
    objective: str
    label: str
    """What happened: `response` to a campaign, `lapse` of everything held, `adoption` of a product
    whether offered or not."""
    horizon_days: int
    """An outcome younger than this has not happened yet: it is no negative, it is unknown."""
    title: Text
    intended_use: Text
    limits: Text
    method: str = "behaviour"
    families: tuple[str, ...] = ()
    """Product families of the offers responded to; empty means any."""
    products: tuple[str, ...] = ()
    """Products whose adoption counts."""
    party_types: tuple[str, ...] = ("C",)
    """Consumers, businesses and government bodies never share a model."""
    population: str = "is_active = 1"
    """Comparisons of indicators with numbers, joined by `and`; holds for fit and score alike."""
    subjects: tuple[str, ...] = ()
    """Indicator tables without their `ind_` prefix; empty means all."""
    codes: tuple[range, ...] = ()
    """Ranges of indicator codes; empty means all."""
    exclude: tuple[str, ...] = ()
    """Indicator names that must not be features."""
    without_sex_and_age: bool = False
    """Fairness: neither may be a feature then, and the card says so."""
    monotonic: tuple[str, ...] = ()
    """Indicators that may move the score only in the direction the catalogue calls good for the
    business (up for an offer, down for leaving), whatever noise says. Only where that means
    something: declared one by one."""
    trusted: tuple[tuple[str, str], ...] = ()
    """Indicators that rank suspiciously well and are honest, each with how one knows; the guard
    against leaks then looks at the next."""
    max_fit_rows: int = 20_000
    """With all positives among them; measured, 30,000 rank churn no better and 8,000 do worse."""
    seed: int = field(default=20_261_031)

    def __post_init__(self) -> None:
        """Refuse what could not become a path or SQL, where it is written."""
        if not re.fullmatch(r"[a-z][a-z0-9_]{2,40}", self.offer):
            raise ValueError(f"offer name {self.offer!r} must be lower_snake_case")
        if self.objective not in OBJECTIVES:
            raise ValueError(f"objective {self.objective!r} is none of {OBJECTIVES}")
        if self.method not in METHODS:
            raise ValueError(f"method {self.method!r} is none of {METHODS}")
        if self.label not in LABELS:
            raise ValueError(f"label {self.label!r} is none of {LABELS}")
        for code in (*self.families, *self.products, *self.party_types):
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", code):
                raise ValueError(f"{code!r} is no code")
        if len(self.party_types) != 1:
            raise ValueError("consumers, businesses and government bodies never share a model")
        if (self.label == "adoption") != bool(self.products):
            raise ValueError("products are what an adoption is about, and nothing else is")
        self.rules()

    def rules(self) -> list[tuple[str, str, str]]:
        """Return the population rule as (indicator, comparison, number) triples."""
        return rules_of(self.population)

    def fingerprint(self) -> str:
        """Return everything that shapes the model, as text; prose may change without a new fit."""
        shaping = {key: value for key, value in asdict(self).items() if key not in PROSE}
        return json.dumps(shaping, sort_keys=True, default=str)
