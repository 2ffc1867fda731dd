"""When something was looked at. What does not belong here: anything a result depends on."""

import time


def clock() -> float:
    """Seconds now, for noting when something was looked at; never part of a result."""
    return time.time()
