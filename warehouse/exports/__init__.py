"""What stands between a list of customers and its leaving the house.

What does not belong here: who is worth contacting (dbt's campaigns).
"""
