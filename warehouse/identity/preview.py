"""What the next run would change, seen without changing anything.

What does not belong here: writing the mapping (`resolution`), printing.
"""

from datetime import date
from typing import Any

from warehouse.errors import RapportError
from warehouse.identity import changes, report
from warehouse.identity.resolution import resolved
from warehouse.ledger import Ledger
from warehouse.settings import Settings


def preview(settings: Settings, as_of: date | None = None) -> dict[str, Any]:
    """The restatement report of what is accepted and decided now; kept so it can be accepted.

    Raises:
        RapportError: RP-3007 when nothing was delivered yet.
    """
    day = as_of or _newest(settings)
    with resolved(settings, day) as con:
        content = report.build(con, settings, changes.compare(con, settings, day))
    report.write(settings, content)
    return content


def _newest(settings: Settings) -> date:
    ledger = Ledger(settings.ledger_file)
    days = [file.business_date for file in ledger.active_files()]
    ledger.close()
    if not days:
        raise RapportError("RP-3007", folder=settings.landing)
    return max(days)
