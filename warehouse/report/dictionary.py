"""The dictionary of indicators: a page beside the report, opened from disk, searched as one types.

Every indicator with its code, other names, unit, kind, direction, formula and the columns behind
it. A function of the generation and of the code it was built with. What does not belong here: the
look (page.py), how columns are followed (column_lineage.py).
"""

import logging
from html import escape
from pathlib import Path
from typing import Any

import duckdb

from warehouse.contract import load_contracts
from warehouse.engine import catalog, dbt_layers
from warehouse.engine import column_lineage as lineage
from warehouse.report.generation_page import opened, write_page
from warehouse.report.page import Html, paragraph, table
from warehouse.settings import Settings

log = logging.getLogger("rapport")

NAME = "dictionary.html"
HEAD = (
    "indicator 指标",
    "meaning 含义",
    "unit 单位",
    "kind 可加性",
    "of a group 汇总规则",
    "better 方向",
    "made of 计算口径",
    "columns 来源字段",
    "owner 负责团队",
)
DIRECTIONS = {"higher_is_better": "higher 越高越好", "lower_is_better": "lower 越低越好"}
SEARCH = Html(
    '<input id="find" type="search" autofocus placeholder="name, code, column, 名称、编码、字段"'
    ' style="width:100%;padding:8px 10px;font:inherit;border:1px solid var(--line)">'
    '<p id="found"></p>'
)
SCRIPT = """<script>
addEventListener("DOMContentLoaded", () => {
  const rows = [...document.querySelectorAll("tbody tr")];
  const texts = rows.map(row => row.textContent.toLowerCase());
  const find = document.getElementById("find"), found = document.getElementById("found");
  const show = () => {
    const words = find.value.toLowerCase().split(/\\s+/);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every(word => texts[i].includes(word));
      shown += !row.hidden;
    });
    document.querySelectorAll("section").forEach(section => {
      const own = [...section.querySelectorAll("tbody tr")];
      section.hidden = own.length > 0 && own.every(row => row.hidden);
    });
    found.textContent = `${shown} / ${rows.length}`;
  };
  find.addEventListener("input", show);
  show();
});
</script>"""
ENTRIES = """
    select *, (
        select string_agg(alias_name, ', ' order by alias_name) from dim_indicator_alias as other
        where other.indicator_code = entry.indicator_code) as aliases, (
        select string_agg('until ' || older.valid_to || ': ' || coalesce(
                older.formula, older.expression, ''
            ) || coalesce(' (' || older.reason || ')', ''), '\n' order by older.version_number desc)
        from dim_indicator_version as older
        where older.indicator_code = entry.indicator_code and older.valid_to <= entry.valid_from
        ) as earlier
    from dim_indicator as entry order by indicator_code
"""
GROUPS = {
    "sum": "sum 合计",
    "ratio_of_sums": "ratio of sums 合计之比",
    "none": "no group value 不可汇总",
}
"""How a group's number comes from those of its members."""


def write_dictionary(settings: Settings, generation_dir: Path) -> Path:
    """Write the dictionary of a generation into its folder and return its path.

    Raises:
        RapportError: RP-3010 when the folder is no generation.
    """
    folder, manifest = opened(generation_dir)
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as con:
        entries = con.sql(ENTRIES).to_arrow_table().to_pylist()
    origins = _origins(settings, {entry["table_name"] for entry in entries})
    subjects: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        subjects.setdefault(entry["subject_name"], []).append(entry)
    sections = [("Search", "查找", SEARCH + paragraph(f"{len(entries)} indicators 指标"))]
    sections += [
        (
            subject.capitalize(),
            found[0]["table_name"],
            table(HEAD, [_row(e, origins) for e in found]),
        )
        for subject, found in subjects.items()
    ]
    path = folder / NAME
    write_page(path, manifest, "Rapport · indicators 指标字典", sections, SCRIPT)
    log.info("dictionary: %d indicators", len(entries))
    return path


def _row(entry: dict[str, Any], origins: dict[tuple[str, str], list[str]]) -> tuple[object, ...]:
    name, aliases = escape(entry["indicator_name"]), escape(entry["aliases"] or "")
    made_of = escape(entry["formula"] or entry["expression"] or "")
    since = f"<br><i>since {entry['valid_from']}</i>" if entry["earlier"] else ""
    earlier = "".join(f"<br>{escape(line)}" for line in (entry["earlier"] or "").splitlines())
    columns = origins.get((entry["table_name"], entry["indicator_name"]), [])
    return (
        Html(f"<code>{name}</code><br>{entry['indicator_code']}<br><i>{aliases}</i>"),
        Html(f"{escape(entry['label_en'] or '')}<br>{escape(entry['label_zh'] or '')}"),
        entry["unit_code"],
        f"{entry['kind_code']}, per {entry['grain_code']}",
        GROUPS[entry["group_rule_code"]],
        DIRECTIONS.get(entry["direction_code"], ""),
        Html(f"<code>{made_of}</code>{since}{earlier}"),
        Html("<br>".join(f"<code>{escape(column)}</code>" for column in columns)),
        entry["owner"],
    )


def _origins(settings: Settings, tables: set[str]) -> dict[tuple[str, str], list[str]]:
    """Columns behind every indicator, by table and name; nothing where no SQL was compiled."""
    manifest_file = settings.dbt_target / "manifest.json"
    if not manifest_file.exists():
        return {}
    manifest = dbt_layers.read_manifest(manifest_file)
    locations = lineage.source_locations(manifest)
    known = {key: relation.columns for key, relation in catalog.relations(settings).items()}
    for contract in load_contracts().values():
        known[contract.source, contract.table] = contract.lake_columns
    found = {}
    for node in manifest["nodes"].values():
        compiled = settings.dbt_target / "compiled" / "rapport" / node["original_file_path"]
        if node["name"] in tables and compiled.exists():
            followed = lineage.column_lineage(compiled.read_text(), known, locations)
            for column, sources in followed.items():
                found[node["name"], column] = [".".join(source) for source in sources]
    return found
