"""`rapport identity`: why records are one customer, and a person's word on it.

Every command calls one plain function. What is shown are keys, rules, counts and masked forms. What
does not belong here: work.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from warehouse.commands import console
from warehouse.commands.errors import coded_errors
from warehouse.settings import Settings

SHOWN = 20
"""Changes listed; all of them stand in the JSON."""

app = typer.Typer(
    no_args_is_help=True, help="Why records are one customer, and a person's word on it."
)

AsJson = Annotated[bool, typer.Option("--json", help="The same facts for programs.")]
Reason = Annotated[str, typer.Option(help="Why; without a name, number or address.")]


@app.command()
def explain(key: str, as_json: AsJson = False) -> None:
    """Show a customer's records, what they share, and what was decided."""
    from warehouse.identity.explain import explain as explain_customer

    with coded_errors():
        found = explain_customer(Settings(), key)
    if as_json:
        return _json(found)
    for title in ("records", "evidence", "former_records", "decisions"):
        _section(title, found[title])


@app.command()
def split(
    key: str, records: Annotated[list[str], typer.Argument(metavar="RECORD...")], reason: Reason,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say that records of a customer are somebody else."""
    from warehouse.identity import decisions

    with coded_errors():
        _decided(decisions.split(Settings(), key, records, reason), as_json)


@app.command()
def merge(key: str, other: str, reason: Reason, as_json: AsJson = False) -> None:
    """Say that two customers are one."""
    from warehouse.identity import decisions

    with coded_errors():
        _decided(decisions.merge(Settings(), key, other, reason), as_json)


@app.command()
def pin(record: str, key: str, reason: Reason, as_json: AsJson = False) -> None:
    """Say whose record it is; its own evidence counts no more."""
    from warehouse.identity import decisions

    with coded_errors():
        _decided(decisions.pin(Settings(), record, key, reason), as_json)


@app.command()
def undo(event: int, reason: Reason, as_json: AsJson = False) -> None:
    """Take a decision back."""
    from warehouse.identity import decisions

    with coded_errors():
        _decided(decisions.undo(Settings(), event, reason), as_json)


@app.command(name="decisions")
def list_decisions(as_json: AsJson = False) -> None:
    """List what people have decided and not taken back."""
    from warehouse.identity.overrides import overrides

    with coded_errors():
        found = [
            {"event": o.sequence, "action": o.action, "key": o.key, "records": len(o.left)}
            | {"who": o.who, "reason": o.reason}
            for o in overrides(Settings())
        ]
    return _json(found) if as_json else _section("decisions", found)


@app.command()
def report(as_json: AsJson = False) -> None:
    """Show what the next run would change, and what that restates. Nothing is changed."""
    from warehouse.identity.preview import preview

    with coded_errors():
        found = preview(Settings())
    if as_json:
        return _json(found)
    names = ("change_set", "customers", "limit", "is_bulk", "is_accepted")
    typer.echo("  ".join(f"{name} {found[name]}" for name in names))
    _section("changes", found["changes"][:SHOWN])
    if len(found["changes"]) > SHOWN:
        typer.echo(f"... {len(found['changes']):,} in all: --json")
    for title in ("tables", "indicators", "campaigns"):
        _section(title, found[title])
    typer.echo(f"\nsnapshots rebuilt: {found['snapshots']['rebuilt']}")


@app.command()
def accept(change_set: str, reason: Reason, as_json: AsJson = False) -> None:
    """Let exactly this set of changes pass, the one that was reported."""
    from warehouse.identity import decisions

    with coded_errors():
        _decided(decisions.accept(Settings(), change_set, reason), as_json)


def _decided(event: int, as_json: bool) -> None:
    if as_json:
        return _json({"event": event})
    typer.echo(f"noted as event {event}; it takes effect at the next run: make run")


def _json(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str))


def _section(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    typer.echo(f"\n{title.replace('_', ' ')}" if rows else f"\n{title.replace('_', ' ')}: none")
    if rows:
        console.table(tuple(rows[0]), [tuple(row.values()) for row in rows])
