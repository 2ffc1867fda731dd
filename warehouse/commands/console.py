"""What the command line shows: progress as it happens, and small tables.

What does not belong here: colours, and anything that changes something.
"""

import logging
import sys
import time
from collections.abc import Iterable, Sequence

from warehouse.settings import Settings


def show_progress() -> None:
    """Send the log lines of a run to standard error, each with the seconds since the start."""
    logger = logging.getLogger("rapport")
    if not any(isinstance(handler.formatter, _Elapsed) for handler in logger.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Elapsed())
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


class _Elapsed(logging.Formatter):
    """Seconds since the command began, then the message."""

    def __init__(self) -> None:
        super().__init__()
        self._start = time.perf_counter()

    def format(self, record: logging.LogRecord) -> str:
        """Show one line; never a traceback, which could hold a value."""
        return f"{time.perf_counter() - self._start:6.1f} s  {record.getMessage()}"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in columns; columns of numbers stand to the right, their heads with them."""
    columns = [[name, *values] for name, *values in zip(head, *rows, strict=True)]
    shown = []
    for column in columns:
        is_number = any(isinstance(value, int | float) for value in column)
        cells = [_text(value) for value in column]
        width = max(map(len, cells))
        shown.append([cell.rjust(width) if is_number else cell.ljust(width) for cell in cells])
    for line in zip(*shown, strict=True):
        sys.stdout.write("  ".join(line).rstrip() + "\n")


def generations(settings: Settings) -> list[tuple[object, ...]]:
    """Every publication."""
    from warehouse.ledger import Ledger
    from warehouse.publication.published import CLAIMED

    return [
        (found.generation_id, found.as_of.isoformat(), found.fence, found.state)
        for found in Ledger(settings.ledger_file).generations()
        if found.state != CLAIMED
    ]


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
