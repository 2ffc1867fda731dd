"""`rapport`, the commands people type, and what they show.

Thin: a command calls one plain function and prints what it returns. What does not belong here:
anything a scheduled run needs.
"""
