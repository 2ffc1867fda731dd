"""The data plane in plain Python: contracts, intake, vault, identity, publish, ledger, commands.

Importable and testable without Dagster. What does not belong here: Dagster, models, SQL that dbt
could own.
"""
