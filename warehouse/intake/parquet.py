"""A delivered Parquet file as CSV text, made by a child process that may die of it.

Parquet is a program for its reader: a crafted file can exhaust memory or crash the library. The
child has limits on memory, time and output, sees one file and says nothing but how it ended; its
text then goes the way of every CSV file, so that records, reasons, tokens and accounting are the
same. What does not belong here: contracts' rules; types are judged from the text.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.contract import TableContract
from warehouse.errors import RapportError

CHILD = Path(__file__).with_name("parquet_child.py")
SECONDS = 3600


@contextmanager
def parquet_as_text(stored: Path, contract: TableContract, work: Path) -> Iterator[Path]:
    """Give the path of a CSV text with the file's columns; it is gone afterwards."""
    text = work.with_name(f"{work.name}.parquet")
    try:
        # -I: no environment, no current folder; stdout and stderr could quote the data
        ended = subprocess.run(
            [sys.executable, "-I", str(CHILD), str(stored), str(text), contract.delimiter],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        if ended.returncode:
            raise RapportError("RP-1022", ended=ended.returncode)
        yield text
    except subprocess.TimeoutExpired:
        raise RapportError("RP-1022", ended="timeout") from None
    finally:
        text.unlink(missing_ok=True)
