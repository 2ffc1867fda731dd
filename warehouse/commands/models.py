"""`rapport models`: who scores and how well, which versions there are, and a person's word on it.

Every command calls one plain function. What does not belong here: fitting, judging, loading.
"""

import json
from typing import Annotated

import typer

from warehouse.commands import console
from warehouse.commands.errors import coded_errors
from warehouse.settings import Settings

app = typer.Typer(help="Who scores and how well; promote or roll back.")
AsJson = Annotated[bool, typer.Option("--json", help="The same facts for programs.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the ledger, without any number or name.")]


@app.callback(invoke_without_command=True)
def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """List offers with the model that scores and how good it was when judged."""
    if context.invoked_subcommand:
        return
    from ml import standing

    with coded_errors():
        _show(standing.offers(Settings()), as_json)


@app.command()
def versions(offer: str, as_json: AsJson = False) -> None:
    """List the stored versions of an offer, what was decided about each, and how good it was."""
    from ml import standing

    with coded_errors():
        _show(standing.versions(Settings(), offer), as_json)


@app.command()
def promote(offer: str, version: str, reason: Reason) -> None:
    """Let a stored version score from the next run on."""
    from ml import standing

    with coded_errors():
        standing.promote(Settings(), offer, version, reason)
    typer.echo(f"{offer}: {version} scores from the next run on")


@app.command()
def rollback(offer: str, reason: Reason) -> None:
    """Let the champion before the present one score again, from the next run on."""
    from ml import standing

    with coded_errors():
        version = standing.rollback(Settings(), offer, reason)
    typer.echo(f"{offer}: {version} scores from the next run on")


def _show(rows: list[dict[str, object]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    elif rows:
        console.table(tuple(rows[0]), [tuple(row.values()) for row in rows])
