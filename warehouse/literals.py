"""Values of ours as SQL literals.

What does not belong here: names, and anything from outside that could be bound instead.
"""

from datetime import date, datetime


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def day(value: date) -> str:
    """A SQL date literal."""
    return f"date '{value.isoformat()}'"


def moment(value: datetime) -> str:
    """A SQL timestamp literal, without its zone."""
    return f"timestamp '{value.replace(tzinfo=None).isoformat(sep=' ')}'"
