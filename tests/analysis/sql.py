"""The SQL of the analyses as it stands in `dbt/`, rendered without dbt over tables of any origin.

So public data and planted worlds are judged by the very text the product runs. What does not belong
here: assertions.
"""

from types import SimpleNamespace

import duckdb
from jinja2 import Environment

from warehouse.settings import CHECKOUT

DBT = CHECKOUT / "dbt"
MACRO_FILES = (
    *("engine", "statistics", "chi_square", "formulas", "window", "publication"),
    "differencing",
    *("analysis_rules", "markov", "association", "event_probability", "kpi", "kpi_split"),
    *("replace_days", "match"),
    *(f"change/{name}" for name in ("formulas", "seasons", "surprises", "spreads")),
    *("change/judgement", "change/story"),
)
"""In an order in which each needs only those before it."""


def render(text: str, smallest_group: int = 1) -> str:
    """Render SQL with the macros of the analyses; `ref` and `source` are plain table names."""
    environment = Environment(extensions=["jinja2.ext.do"])
    known = environment.globals
    known["ref"] = lambda name: name
    known["source"] = lambda _, name: name
    known["config"] = lambda **_: ""
    known["is_incremental"] = lambda: False
    known["return"] = lambda value: value
    known["env_var"] = lambda *_: str(smallest_group)
    known["adapter"] = SimpleNamespace(dispatch=lambda name: known[f"default__{name}"])
    for name in MACRO_FILES:
        module = environment.from_string((DBT / "macros" / f"{name}.sql").read_text()).module
        known.update({key: found for key, found in vars(module).items() if callable(found)})
    return environment.from_string(text).render()


def model(path: str, smallest_group: int = 1) -> str:
    """Return a model of `dbt/models` over tables named as its references."""
    return render((DBT / "models" / f"{path}.sql").read_text(), smallest_group)


def load_seed(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a table of a seed, with empty fields as NULL."""
    con.execute(f"create table {name} as from read_csv('{DBT / 'seeds' / f'{name}.csv'}')")
