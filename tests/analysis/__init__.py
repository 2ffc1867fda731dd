"""Analyses on planted worlds, by the SQL of the product without its pipeline."""
