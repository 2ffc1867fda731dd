"""The FEBRL persons as records to link: four public sets whose record numbers hold the truth.

What does not belong here: linking, figures that are expected.
"""

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from bench.identity.curve import CURVE, Measured, measured
from warehouse.linkage.description import Description, load_description
from warehouse.linkage.estimate import estimate
from warehouse.linkage.links import acceptable, candidates
from warehouse.linkage.metrics import grouped, pairs_of
from warehouse.linkage.scoring import prepare

FILES = {
    "1": ("dataset1.csv",),
    "2": ("dataset2.csv",),
    "3": ("dataset3.csv",),
    "4": ("dataset4a.csv", "dataset4b.csv"),
}
DOCUMENT = "document"
_PERSON = re.compile(r"rec-(\d+)-")


def description(with_document: bool = True) -> Description:
    """How FEBRL records are compared, the same for all sets."""
    full = load_description(Path(__file__).with_name("febrl.yml"))
    return full if with_document else full.without(DOCUMENT)


def read(folder: Path, name: str) -> tuple[pa.Table, list[str]]:
    """The records of a set and, apart from them, the person of each.

    Record numbers are dropped; `side` says which file a record came from. Positions follow the
    files, whose order says nothing about who is who.
    """
    table = pa.concat_tables(_read(folder / file, side) for side, file in enumerate(FILES[name]))
    persons = [_PERSON.match(text)[1] for text in table["rec_id"].to_pylist()]
    places = pa.array(range(len(table)), pa.int64())
    kept = table.drop_columns(["rec_id"])
    return kept.append_column("position", places).append_column("cluster", places), persons


def true_pairs(table: pa.Table, persons: list[str]) -> set[tuple[int, int]]:
    """Pairs of positions that are one person; of two files, only pairs across them."""
    members: dict[str, list[int]] = {}
    for place, person in enumerate(persons):
        members.setdefault(person, []).append(place)
    side = table["side"].to_pylist()
    two_files = len(set(side)) > 1
    return {
        (one, other)
        for group in members.values()
        for one in group
        for other in group
        if one < other and not (two_files and side[one] == side[other])
    }


def measure(folder: Path, name: str, with_document: bool) -> Measured:
    """Estimate weights on a set without its labels, link it, and count with them.

    The curve is about links, of which set 4 allows those across its two files only.
    """
    said = description(with_document)
    records, persons = read(folder, name)
    if len(FILES[name]) > 1:
        said = replace(said, across="side")
    with duckdb.connect() as con:
        said = estimate(con, records, said)
        prepare(con, records, said)
        wanted = candidates(con, replace(said, threshold=min(CURVE)))
    truth = true_pairs(records, persons)

    def links(threshold: float) -> set[tuple[int, int]]:
        sure = [pair for pair in wanted if pair.confidence >= threshold]
        return {(pair.low, pair.high) for pair in acceptable(records, sure, said)}

    groups = grouped(len(records), links(said.threshold))
    curve = {threshold: pairs_of(links(threshold), truth) for threshold in CURVE}
    return measured(groups, persons, curve, said.threshold)


def _read(path: Path, side: int) -> pa.Table:
    """One file as text; names and cells come with a leading space, empty cells mean nothing."""
    names = [name.strip() for name in path.read_text().split("\n", 1)[0].split(",")]
    table = pyarrow.csv.read_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=1),
        convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    trimmed = [pc.utf8_trim_whitespace(column) for column in table.columns]
    present = [pc.if_else(pc.equal(column, ""), None, column) for column in trimmed]
    return pa.table(present, names=names).append_column(
        "side", pa.array([side] * len(table), pa.int64())
    )
