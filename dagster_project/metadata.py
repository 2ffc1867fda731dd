"""What a person sees beside an asset: rows, columns, counts, pictures; never a cell value.

What does not belong here: computing anything.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg


def markdown_table(
    head: Sequence[str], rows: Iterable[Sequence[object]]
) -> dg.MarkdownMetadataValue:
    """A table in the asset's metadata; numbers are grouped by thousands."""
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(_cell(value) for value in row) for row in rows]
    return dg.MetadataValue.md("\n".join(f"| {line} |" for line in lines))


def picture(name: str, png: bytes) -> dg.MarkdownMetadataValue:
    """A picture inside the metadata itself, so that the page shows it without another file."""
    return dg.MetadataValue.md(f"![{name}](data:image/png;base64,{base64.b64encode(png).decode()})")


def column_schema(
    columns: Iterable[tuple[str, str]], described: Mapping[str, Any]
) -> dg.TableSchema:
    """Columns as the engine has them, with the descriptions the project declares."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                name, kind, description=described.get(name, {}).get("description") or None
            )
            for name, kind in columns
        ]
    )


def column_lineage(
    origins: Mapping[str, Iterable[tuple[dg.AssetKey, str]]],
) -> dg.TableColumnLineage:
    """Column -> the columns of other assets that it is made of."""
    return dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(asset_key=key, column_name=name) for key, name in made_of]
            for column, made_of in origins.items()
        }
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "/")
