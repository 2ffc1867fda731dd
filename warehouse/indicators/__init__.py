"""Indicators as data: how they are declared, which units they have, how one is made of others.

dbt computes them; this package reads their declarations and compiles formulas before dbt parses.
What does not belong here: values, SQL of a base indicator, dbt itself.
"""
