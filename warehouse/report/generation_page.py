"""What the pages of a generation share: whose they are, the line that says so, how they are kept.

What does not belong here: their sections (write.py, dictionary.py) and the look (page.py).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.errors import RapportError
from warehouse.files import commit_file, temporary_beside
from warehouse.publication.generation import read_manifest
from warehouse.report.page import page


def opened(generation_dir: Path) -> tuple[Path, dict[str, Any]]:
    """The folder behind a name like `current`, and the manifest of its generation.

    Raises:
        RapportError: RP-3010 when the folder is no generation.
    """
    folder = generation_dir.resolve()
    manifest = read_manifest(folder)
    if manifest is None:
        raise RapportError("RP-3010", generation=folder.name)
    return folder, manifest


def write_page(
    path: Path,
    manifest: dict[str, Any],
    title: str,
    sections: Sequence[tuple[str, str, str]],
    head: str = "",
) -> None:
    """Write a page that says of which generation it speaks, atomically."""
    subtitle = f"As of {manifest['as_of_date']} · generation {manifest['generation_id']}"
    temporary = temporary_beside(path)
    temporary.write_text(page(title, subtitle, sections, head))
    commit_file(temporary, path)
