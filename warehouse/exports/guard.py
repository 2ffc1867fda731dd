"""What stands in the way of an export: asked before a list is made and when it is written.

Marts may be published while a day is missing, with the watermark where it is; a list that is acted
upon may not be made from them. What does not belong here: making or writing a list.
"""

from datetime import date

from warehouse.contract import load_contracts
from warehouse.deliveries import findings, freshness
from warehouse.errors import RapportError
from warehouse.exports.suppression import live_suppression
from warehouse.ledger import Ledger
from warehouse.settings import Settings


def export_blockers(settings: Settings, as_of: date) -> list[RapportError]:
    """Every reason not to export what was made as of a day; empty when there is none.

    Reasons are: a required table without a delivery, or with a missing day that nobody has
    accepted (RP-1202), and consents that cannot be known at this moment (RP-5001).
    """
    contracts = load_contracts()
    blockers = []
    if settings.ledger_file.exists():
        ledger = Ledger(settings.ledger_file)
        try:
            states = freshness.of_all(ledger, contracts, as_of)
            accepted = findings.accepted(ledger)
        finally:
            ledger.close()
        for state in states:
            if state.is_required and state.last_date is None:
                where = {"source": state.source, "table": state.table}
                blockers.append(RapportError("RP-1202", **where, date="never_delivered"))
            elif state.is_required:
                found = freshness.missing_findings([state])
                blockers += [f.as_error() for f in found if f.finding_id not in accepted]
    try:
        live_suppression(settings, as_of)
    except RapportError as error:
        blockers.append(error)
    return blockers


def require_exportable(settings: Settings, as_of: date) -> None:
    """Raise the first reason not to export; fails closed, for without a ledger nothing is known."""
    for blocker in export_blockers(settings, as_of):
        raise blocker
