"""What monitors find about deliveries: kept beside the lake, accepted by people one at a time.

A finding names a place and one number; its id is a digest of the place, so that a corrected file
brings a new finding and an acceptance never reaches further than what was looked at. What does not
belong here: finding (`expectations.monitors`).
"""

import getpass
import hashlib
import re
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import RapportError
from warehouse.files import write_parquet
from warehouse.ledger import Ledger
from warehouse.settings import Settings

ACCEPTED = "finding_accepted"
REASON_LENGTH = 200
LONG_NUMBER = re.compile(r"\d{7,}")
"""A reason is a person's free text: no number long enough to be someone's is kept."""


@dataclass(frozen=True)
class Finding:
    """One thing that is unusual: `observed` and `usual` are counts, shares or ratios."""

    code: str
    source: str
    table: str
    business_date: date
    file_id: str = ""
    column: str = ""
    observed: float = 0.0
    usual: float = 0.0
    is_stop: bool = False

    @property
    def finding_id(self) -> str:
        """Names exactly this finding."""
        day = self.business_date.isoformat()
        place = (self.code, self.source, self.table, day, self.file_id, self.column)
        return hashlib.sha256("/".join(place).encode()).hexdigest()[:10]

    def as_error(self) -> RapportError:
        """The finding as a message."""
        column = {"column": self.column} if self.column else {}
        figures = {"observed": f"{self.observed:.4g}", "usual": f"{self.usual:.4g}"}
        if not self.file_id:  # nothing was delivered that could be measured
            figures = {}
        return RapportError(
            self.code,
            source=self.source,
            table=self.table,
            **column,
            date=self.business_date,
            **figures,
            finding=self.finding_id,
        )


NAMES = {
    "code": "reason_code",
    "source": "source_name",
    "table": "table_name",
    "column": "column_name",
    "observed": "observed_value",
    "usual": "usual_value",
}
"""What a finding's fields are called in tables."""
_SCHEMA = pa.schema(
    [
        ("finding_id", pa.string()),
        ("reason_code", pa.string()),
        ("source_name", pa.string()),
        ("table_name", pa.string()),
        ("business_date", pa.date32()),
        ("file_id", pa.string()),
        ("column_name", pa.string()),
        ("observed_value", pa.float64()),
        ("usual_value", pa.float64()),
        ("is_stop", pa.bool_()),
        ("is_accepted", pa.bool_()),
    ]
)


def path(settings: Settings) -> Path:
    """Where the findings of the newest look are kept."""
    return settings.lake / "audit" / "findings.parquet"


def write(settings: Settings, found: list[Finding], accepted: set[str]) -> None:
    """Keep the findings of one look, in place of those of the look before."""
    rows = [
        {NAMES.get(name, name): value for name, value in asdict(finding).items()}
        | {"finding_id": finding.finding_id, "is_accepted": finding.finding_id in accepted}
        for finding in found
    ]
    write_parquet(pa.Table.from_pylist(rows, schema=_SCHEMA), path(settings))


def read(settings: Settings) -> list[Finding]:
    """The findings of the newest look; none before the first."""
    if not path(settings).exists():
        return []
    names = {NAMES.get(field.name, field.name): field.name for field in fields(Finding)}
    rows = pq.read_table(path(settings), columns=list(names)).to_pylist()
    return [Finding(**{names[key]: value for key, value in row.items()}) for row in rows]


def accepted(ledger: Ledger) -> dict[str, str]:
    """Ids of accepted findings, with the reason given."""
    return {event.subject: event.detail["reason"] for event in ledger.events(ACCEPTED)}


def accept(settings: Settings, ledger: Ledger, finding_id: str, reason: str) -> Finding:
    """Note that a person looked at a finding and lets it pass; return it.

    Raises:
        RapportError: RP-2003 when the newest look found no such thing, or no reason is given.
    """
    found = {finding.finding_id: finding for finding in read(settings)}.get(finding_id)
    if found is None:
        raise RapportError("RP-2003", finding=finding_id[:20])
    said = LONG_NUMBER.sub("#", " ".join(reason.split()))[:REASON_LENGTH]
    if not said:
        raise RapportError("RP-2003", finding=finding_id[:20], problem="no_reason")
    place = asdict(found) | {"business_date": found.business_date.isoformat()}
    ledger.append_event(ACCEPTED, finding_id, {"reason": said, "by": getpass.getuser(), **place})
    return found
