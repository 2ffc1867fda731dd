"""The look that the raw gate takes at deliveries before it judges them: profiles in, findings out.

What does not belong here: what is unusual (`monitors`), what is judged on the rows (`raw`).
"""

import logging
from collections.abc import Mapping
from datetime import date

from expectations import monitors
from warehouse.contract import TableContract
from warehouse.deliveries import findings, freshness, profiles, restatement
from warehouse.deliveries.findings import Finding
from warehouse.ledger import Ledger
from warehouse.settings import Settings

log = logging.getLogger("rapport")


def watch(
    settings: Settings, contracts: Mapping[tuple[str, str], TableContract], as_of: date
) -> list[Finding]:
    """Keep what is unusual about the deliveries, and say what nobody has accepted yet."""
    fresh: set[str] = set()
    accepted: set[str] = set()
    found = []
    if settings.ledger_file.exists():
        ledger = Ledger(settings.ledger_file)
        try:
            fresh, accepted = restatement.unpublished(ledger), set(findings.accepted(ledger))
            found += freshness.missing_findings(freshness.of_all(ledger, contracts, as_of))
        finally:
            ledger.close()
    found += monitors.look(contracts, profiles.update(settings, contracts), as_of, fresh)
    findings.write(settings, found, accepted)
    for finding in found:
        if finding.finding_id not in accepted:
            log.warning("%s %s", "stops:" if finding.is_stop else "warns:", finding.as_error())
    return found
