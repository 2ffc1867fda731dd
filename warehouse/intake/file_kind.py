"""What a file really is, by its first bytes, before anything reads it.

A database, an archive or a workbook under the name of a CSV is refused unopened: attaching a
database file is closer to running a program than to reading a document. What does not belong here:
names.
"""

from pathlib import Path

from warehouse.errors import RapportError

MAGIC = {
    "gzip": (0, b"\x1f\x8b"),
    "zip_or_workbook": (0, b"PK\x03\x04"),
    "zip_empty": (0, b"PK\x05\x06"),
    "xz": (0, b"\xfd7zXZ\x00"),
    "bzip2": (0, b"BZh"),
    "zstd": (0, b"\x28\xb5\x2f\xfd"),
    "7z": (0, b"7z\xbc\xaf\x27\x1c"),
    "rar": (0, b"Rar!\x1a"),
    "tar": (257, b"ustar"),
    "parquet": (0, b"PAR1"),
    "arrow": (0, b"ARROW1"),
    "sqlite": (0, b"SQLite format 3\x00"),
    "duckdb": (8, b"DUCK"),
    "program": (0, b"\x7fELF"),
    "old_workbook": (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
}
LOOK_BYTES = 512


def kind_of(start: bytes) -> str:
    """Name of a binary format that a file's first bytes announce; empty for what may be text."""
    for kind, (offset, magic) in MAGIC.items():
        if start[offset : offset + len(magic)] == magic:
            return kind
    return ""


def check_kind(path: Path, is_gzip: bool) -> None:
    """Refuse a file that is another kind than its name says."""
    with path.open("rb") as source:
        found = kind_of(source.read(LOOK_BYTES))
    if found and not (is_gzip and found == "gzip"):
        raise RapportError("RP-1018", found=found)


def check_inside(start: bytes) -> None:
    """Refuse an archive inside an archive."""
    if found := kind_of(start):
        raise RapportError("RP-1018", found=found, problem="inside_gzip")
