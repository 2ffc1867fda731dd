"""The layouts of what `ml` writes to the lake and dbt reads, and the empty files before the first.

What does not belong here: computing any of it.
"""
