"""One complete generation of the marts, and which of them readers see.

What does not belong here: the tables themselves (dbt), pages about them (`report`).
"""
