"""`make identity-report`: identity held against truth, as a table and as a curve of thresholds.

What does not belong here: how a set is measured, assertions (`tests`).
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.identity import febrl, world
from bench.identity.curve import lines, weights
from warehouse.identity.residue import people
from warehouse.settings import CHECKOUT

CUSTOMERS, SEED = 20_000, 11
"""Another seed than the sample's, on which the weights in `people.yml` were found."""


def main() -> None:
    """Print every measurement whose data are there."""
    folder = Path(os.environ.get("RAPPORT_REAL_DATA", CHECKOUT.parent / "shared" / "data"))
    for line in (*_febrl(folder / "febrl"), *_world()):
        sys.stdout.write(line + "\n")


def _febrl(folder: Path) -> Iterable[str]:
    if not folder.exists():
        yield f"FEBRL: no data at {folder}, not measured"
        return
    for name in febrl.FILES:
        for with_document in (True, False):
            said = "with" if with_document else "without"
            yield from lines(
                f"FEBRL set {name} {said} soc_sec_id", febrl.measure(folder, name, with_document)
            )


def _world() -> Iterable[str]:
    with tempfile.TemporaryDirectory() as folder:
        seen = world.measure_world(Path(folder), CUSTOMERS, SEED)
        found = world.weights_found(Path(folder))
    yield from lines(f"simulated world of {CUSTOMERS:,}, all records", seen.everything)
    yield from lines("its consumers in CRM (planted duplicates)", seen.second_records)
    for kind, (count, share) in seen.found_share.items():
        yield f"    {kind:<20} {count:5} planted, {share:.4f} joined"
    yield f"    families made one customer: {seen.wrongly_joined_families}"
    yield "weights of linkage/people.yml beside those found without labels in this world"
    yield from weights(people(), found)
