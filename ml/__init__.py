"""Propensity models: declarations, one fit path, one score path, the model store.

Importing anything here is quick; scikit-learn, skops and matplotlib are imported inside functions.
What does not belong here: SQL that dbt could own, orchestration.
"""
