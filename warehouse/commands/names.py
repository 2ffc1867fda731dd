"""`rapport names`: what keeps customers out of lists because of their name, and settling it.

What does not belong here: finding anything; names, which never leave the vault.
"""

import json
from typing import Annotated

import typer

from warehouse.commands import console
from warehouse.errors import RapportError
from warehouse.settings import Settings

FAILED = 2
HEAD = ("customer_key", "source", "rule", "records", "delivered")

app = typer.Typer(no_args_is_help=True, help="Names that must be put right before anybody calls.")


@app.command("open")
def open_(as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False) -> None:
    """List the unresolved findings that keep a customer out of every outbound list."""
    from warehouse.name_quality import open_findings

    rows = open_findings(Settings())
    if as_json:
        shown = [dict(zip(HEAD, map(_plain, row), strict=True)) for row in rows]
        typer.echo(json.dumps(shown))
    else:
        console.table(HEAD, rows)


@app.command()
def resolve(
    customer_key: Annotated[str, typer.Argument(metavar="KEY")],
    rule: Annotated[str, typer.Argument(metavar="RULE")],
    reason: Annotated[
        str,
        typer.Option(
            help="customer_confirmed, document_seen, known_alias or sender_confirmed; "
            "a list, because free text would hold names."
        ),
    ],
) -> None:
    """Say that a name stands as recorded; in force from the next run until another name comes."""
    from warehouse.lease import lease
    from warehouse.name_quality import resolve as settle

    settings = Settings()
    try:
        with lease(settings):
            records = settle(settings, customer_key, rule, reason)
    except RapportError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(f"settled on {records} records; in force from the next run")


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)
