"""Named points at which a test may kill the process or fail a write.

Every state change of the product passes a point before and after it, so that a crash at any of them
can be rehearsed. Outside a rehearsal a point costs one dictionary look-up. What does not belong
here: recovery.
"""

import errno
import os
import signal
from collections import Counter

_hits: Counter[str] = Counter()


def fault_point(name: str) -> None:
    """Do nothing, unless RAPPORT_TESTING=1 and RAPPORT_FAULT="name#k" asks for a fault here.

    `name#k` ends the process with SIGKILL at the k-th hit, `name#k:raise` raises the error of a
    full disk. RAPPORT_FAULT_TRACE names a file that collects every point passed, which is how a
    test learns what points there are.
    """
    if os.environ.get("RAPPORT_TESTING") != "1":
        return
    _hits[name] += 1
    here = f"{name}#{_hits[name]}"
    if trace := os.environ.get("RAPPORT_FAULT_TRACE"):
        with open(trace, "a", encoding="ascii") as out:  # noqa: PTH123 - hot, and only in tests
            out.write(here + "\n")
    wanted, _, action = os.environ.get("RAPPORT_FAULT", "").partition(":")
    if wanted != here:
        return
    if action == "raise":
        raise OSError(errno.ENOSPC, "no space left (rehearsed)")
    os.kill(os.getpid(), signal.SIGKILL)


def forget_hits() -> None:
    """Start counting anew, as a fresh process would."""
    _hits.clear()
