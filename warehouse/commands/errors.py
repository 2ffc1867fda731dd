"""What every command does with an error that has a code: one line and an exit code.

What does not belong here: commands.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from warehouse.errors import RapportError

GATE_RED, FAILED, BUSY, INTERRUPTED = 1, 2, 75, 130
"""Exit codes; 75 is the customary "try again later"."""


@contextmanager
def coded_errors() -> Iterator[None]:
    """Turn an error with a code into its line and an exit code."""
    try:
        yield
    except RapportError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BUSY if error.code == "RP-3002" else FAILED) from None
