"""Dagster wiring: assets, checks, jobs, schedules, sensors, resources; what the run looks like.

Bodies are a few lines and call plain functions of `warehouse`, `ml` and `expectations`. What does
not belong here: SQL, data frames, business rules.
"""
