"""Prints the registry of indicators, for what reads dbt's SQL without `rapport` (sqlfluff)."""

from warehouse.indicators import registry
from warehouse.settings import CHECKOUT

print(registry.as_environment(CHECKOUT / "dbt"))
