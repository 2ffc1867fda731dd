"""Commands about deliveries: what arrived, what was set aside, what is unusual, what was restated.

Each prints a table of at most a hundred columns, or with `--json` everything under stable names.
What does not belong here: reading ledger or lake (`warehouse.deliveries`).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Annotated

import typer

from warehouse.commands import tables as console
from warehouse.commands.errors import FAILED, coded_errors
from warehouse.errors import CATALOGUE
from warehouse.ledger import Ledger
from warehouse.settings import Settings

app = typer.Typer()
quarantine = typer.Typer(help="List what was set aside, and what a changed contract reads again.")
app.add_typer(quarantine, name="quarantine")
Json = Annotated[bool, typer.Option("--json", help="Everything, for programs.")]
Source = Annotated[str | None, typer.Option(help="Only this source: boss.")]
Table = Annotated[str | None, typer.Option(help="Only this table: bills or boss/bills.")]
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Business dates from this day on.")
]


@contextmanager
def opened() -> Iterator[tuple[Settings, Ledger]]:
    """The installation and its ledger; a coded error becomes its line and an exit code."""
    settings = Settings()
    with coded_errors(), closing(Ledger(settings.ledger_file)) as ledger:
        yield settings, ledger


@app.command()
def files(
    source: Source = None, table: Table = None, since: Since = None, as_json: Json = False
) -> None:
    """List what was delivered and where the records went; each file with --table or --since."""
    from warehouse.contract import load_contracts
    from warehouse.deliveries import overview

    day = since.date() if since else None
    with opened() as (settings, ledger):
        contracts = load_contracts()
        delivered = overview.only(overview.files(ledger), source, table, day)
        tables = overview.only(overview.tables(ledger, contracts, None), source, table)
        waiting = overview.waiting(settings, ledger, contracts)
        waiting = overview.only(waiting, source, table, day)
    if as_json:
        console.as_json({"tables": tables, "files": delivered, "waiting": waiting})
        return
    if table or since:
        console.files(delivered)
    else:
        console.tables(tables, Counter((row["source"], row["table"]) for row in waiting))
        console.refused(delivered)
    console.waiting(waiting)


@quarantine.callback(invoke_without_command=True)
def list_quarantine(
    context: typer.Context,
    source: Source = None,
    table: Table = None,
    since: Since = None,
    as_json: Json = False,
) -> None:
    """Count what was set aside, by reason; each record of each file with --table or --since."""
    if context.invoked_subcommand:
        return
    from warehouse.deliveries import overview

    day = since.date() if since else None
    with opened() as (settings, ledger):
        delivered = overview.only(overview.files(ledger), source, table, day)
        records = overview.only(overview.set_aside(settings), source, table, day)
    refused = [row for row in delivered if row["state"] == "quarantined"]
    if as_json:
        console.as_json({"files": refused, "records": records})
        return
    console.quarantine(records)
    if table or since:
        console.locators(records, {row["file_id"]: row["file"] for row in delivered})
    console.refused(refused)


@quarantine.command()
def replay(as_json: Json = False) -> None:
    """Say which files the next run reads again because their contract (or the key) has changed."""
    from warehouse.contract import load_contracts
    from warehouse.deliveries import overview

    with opened() as (settings, ledger):
        rows = overview.replay(settings, ledger, load_contracts())
    if as_json:
        console.as_json({"files": rows})
        return
    console.replay(rows)


@app.command()
def findings(as_json: Json = False) -> None:
    """List what the monitors find unusual about the deliveries, as of the newest raw gate."""
    from warehouse.deliveries import findings as kept

    with opened() as (settings, ledger):
        found, accepted = kept.read(settings), kept.accepted(ledger)
    rows = [
        {
            "finding": finding.finding_id,
            "effect": "stops" if finding.is_stop else "warns",
            "code": finding.code,
            "what": CATALOGUE[finding.code].name,
            "source": finding.source,
            "table": finding.table,
            "column": finding.column,
            "business_date": finding.business_date.isoformat(),
            "observed": finding.observed,
            "usual": finding.usual,
            "accepted": accepted.get(finding.finding_id),
        }
        for finding in found
    ]
    if as_json:
        console.as_json({"findings": rows})
        return
    console.findings(rows)


@app.command()
def accept(
    finding: Annotated[str, typer.Argument(help="As `rapport findings` names it.")],
    reason: Annotated[str, typer.Option(help="Why it may pass; kept in the ledger.")],
) -> None:
    """Let exactly one finding pass; the next run goes on."""
    from warehouse.deliveries import findings as kept

    with opened() as (settings, ledger):
        found = kept.accept(settings, ledger, finding, reason)
    place = f"{found.source}/{found.table} {found.business_date}"
    typer.echo(f"accepted: {found.code} {CATALOGUE[found.code].name} {place}")


@app.command()
def restatements(as_json: Json = False) -> None:
    """List which generation changed which days published before, and why."""
    from warehouse.deliveries import restatement

    with opened() as (_, ledger):
        rows = [
            {
                "generation": generation,
                "source": found.source,
                "table": found.table,
                "business_date": found.business_date.isoformat(),
                "reason": found.reason,
                "late_by_days": found.late_by_days,
                "days": list(found.days),
                "days_count": len(restatement.expand(found.days)),
                "is_closed": found.is_closed,
                "file_id": found.file_id,
            }
            for generation, found in restatement.history(ledger)
        ]
    if as_json:
        console.as_json({"restatements": rows})
        return
    console.restatements(rows)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Look at the installation and say what is wrong."""
    from dataclasses import asdict

    from warehouse.commands.doctor import examine

    found = examine(Settings())
    if as_json:
        console.as_json({"findings": [asdict(finding) for finding in found]})
    else:
        for finding in found:
            mark = "ok  " if finding.is_well else "BAD "
            typer.echo(f"{mark} {finding.what:<10} {finding.detail}")
    raise typer.Exit(0 if all(finding.is_well for finding in found) else FAILED)
