"""Is there anything new to do? Answered from the listing of the landing folder and the ledger.

Used by the command line to say "nothing new" in a moment and by the arrival sensor. What does not
belong here: opening files, judging them.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from warehouse.contract import load_contracts
from warehouse.intake.landing import far_ahead, look
from warehouse.ledger import Ledger
from warehouse.settings import Settings


@dataclass(frozen=True)
class Pending:
    """What lies in the landing folder, compared with what was dealt with."""

    is_new: bool
    """Whether a file is there that no run has dealt with as it now is."""
    as_of: date | None
    """Newest business date delivered so far; None when nothing ever was."""
    digest: str
    """Changes with every file that comes, goes or is written to."""


def look_for(settings: Settings) -> Pending:
    """Look at names and sizes only."""
    landed = look(settings.landing, load_contracts())
    ledger = Ledger(settings.ledger_file)
    known = ledger.observations()
    dates = [file.business_date for file in ledger.active_files()]
    ledger.close()
    dates += [file.business_date for file in landed if file.business_date and not file.problem]
    dates = set(dates) - far_ahead(dates)
    looks = {path: seen for file in landed for path, seen in file.looks.items()}
    is_new = any(
        path not in known or not known[path].is_done or not known[path].looks_like(seen)
        for path, seen in looks.items()
    )
    listing = sorted((path, seen.size, seen.mtime_ns) for path, seen in looks.items())
    return Pending(
        is_new=is_new,
        as_of=max(dates, default=None),
        digest=hashlib.sha256(repr(listing).encode()).hexdigest()[:16],
    )
