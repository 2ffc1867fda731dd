"""Tokens of phone numbers against the standard library's HMAC on the same numbers."""

import hmac
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SIZE = 1_000_000


def prepare(folder: Path, size: int) -> None:
    """Write distinct mainland mobile numbers."""
    phones = [f"{130_0000_0000 + number}" for number in range(size)]
    pq.write_table(pa.table({"phone": phones}), folder / "phones.parquet")


def library(folder: Path) -> None:
    """Keyed digests with `hmac.digest`, without making text of them."""
    for phone in pq.read_table(folder / "phones.parquet")["phone"].to_pylist():
        hmac.digest(b"0" * 32, phone.encode(), "sha256")


def ours(folder: Path) -> None:
    """Normalise, digest and spell as base32."""
    from warehouse.pseudonym import Pseudonyms

    phones = pq.read_table(folder / "phones.parquet")["phone"]
    Pseudonyms(b"0" * 32).tokens("phone", phones)


SIDES = {"hmac.digest alone": library, "tokens": ours}
