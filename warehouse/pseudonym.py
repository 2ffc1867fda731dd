"""The pseudonym key and everything that is made with it: identifier tokens and customer keys.

Keyed hashing happens here and nowhere else, because a plain hash of a phone number is undone by
trying all numbers in seconds. One key file, one sub-key per purpose. What does not belong here: how
identifiers are spelt.
"""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.errors import RapportError
from warehouse.faults import fault_point
from warehouse.normalise import AS_DELIVERED, normalise
from warehouse.settings import Settings

KEY_BYTES = 32
TOKEN_LENGTH = 26
CUSTOMER_KEY_LENGTH = 12
"""60 bits, and short enough for DuckDB to store inline."""
_ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype="S1")


class Pseudonyms:
    """Keyed, one-way names for identifiers and customers."""

    def __init__(self, key: bytes) -> None:
        """Derive a sub-key per purpose: a token never equals a customer key of the same text."""
        self._identity = _derive(key, "identity")
        self._customer = _derive(key, "customer_key")
        self.key_version = _derive(key, "version").hex()[:12]

    @classmethod
    def load(cls, settings: Settings, ledger_has_files: bool = True) -> "Pseudonyms":
        """Read the key file, or make it when nothing has been pseudonymised yet."""
        path = settings.key_path
        if not path.exists():
            if ledger_has_files:
                raise RapportError("RP-3003", file=path.name)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = path.with_name(path.name + ".part")
            unfinished.unlink(missing_ok=True)
            fault_point("key_before_write")
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(secrets.token_bytes(KEY_BYTES))
                out.flush()
                os.fsync(out.fileno())
            unfinished.rename(path)
            fault_point("key_after_write")
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise RapportError("RP-3005", file=path.name, problem="readable_by_others")
        key = path.read_bytes()
        if len(key) < KEY_BYTES:
            raise RapportError("RP-3005", file=path.name, problem="too_short")
        return cls(key)

    def tokens(self, kind: str, values: pa.Array) -> pa.Array:
        """Return the token of every identifier, null for null and blank; hashes distinct values."""
        return self.kept_and_tokens(kind, values)[1]

    def kept_and_tokens(self, kind: str, values: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return what the vault keeps of every identifier, and its token."""
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        encoded = pc.dictionary_encode(values.cast(pa.string()))
        spelt = [normalise(kind, value) or None for value in encoded.dictionary.to_pylist()]
        present = [text for text in spelt if text]
        prefix = kind.encode() + b"\0"
        made = iter(_names(self._identity, (prefix + t.encode() for t in present), TOKEN_LENGTH))
        token = pa.array([next(made) if text else None for text in spelt], pa.string())
        kept = pa.array(spelt, pa.string()).take(encoded.indices)
        if kind in AS_DELIVERED:
            kept = pc.if_else(pc.is_valid(kept), values.cast(pa.string()), None)
        return kept, token.take(encoded.indices)

    def key_of(self, text: str, length: int = CUSTOMER_KEY_LENGTH) -> str:
        """Return the customer key for an anchor, such as the oldest record of a person."""
        return self.keys_of([text], length)[0]

    def keys_of(self, texts: Iterable[str], length: int = CUSTOMER_KEY_LENGTH) -> list[str]:
        """Return the customer keys for many anchors at once, in their order."""
        return _names(self._customer, (text.encode() for text in texts), length)


def _derive(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, b"rapport/1/" + purpose.encode(), "sha256")


def _names(key: bytes, messages: Iterable[bytes], length: int) -> list[str]:
    """HMAC-SHA256 of every message as lower-case base32.

    The padded key is hashed once and copied for every message, which is more than twice as fast as
    `hmac.digest`; the base32 is done for all at once. A test holds both to the standard library.
    """
    block = key.ljust(64, b"\0")
    start_inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block)).copy
    start_outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block)).copy
    digests_made = []
    for message in messages:
        inner, outer = start_inner(), start_outer()
        inner.update(message)
        outer.update(inner.digest())
        digests_made.append(outer.digest())
    blob = b"".join(digests_made)
    if not blob:
        return []
    width = hashlib.sha256().digest_size
    digests = np.frombuffer(blob, dtype=np.uint8).reshape(-1, width)
    bits = np.unpackbits(digests[:, : (length * 5 + 7) // 8], axis=1)[:, : length * 5]
    letters = bits.reshape(len(digests), length, 5) @ np.array([16, 8, 4, 2, 1], dtype=np.uint8)
    return np.ascontiguousarray(_ALPHABET[letters]).view(f"S{length}").ravel().astype(str).tolist()
