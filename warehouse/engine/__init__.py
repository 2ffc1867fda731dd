"""The working warehouse and the dbt project on it: versions, layers, runs, what stands in it.

What does not belong here: SQL of models, orchestration.
"""
