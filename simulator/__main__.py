"""Command line: `python -m simulator --landing DIR --truth DIR`."""

import argparse
import logging
from datetime import date
from pathlib import Path

from simulator import Density, write_world


def main() -> None:
    """Write a world and log what was written."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2025, 10, 1))
    parser.add_argument("--months", type=int, default=13)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--light", action="store_true", help="less per customer, for a million")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    density = Density.light() if given.light else Density()
    summary = write_world(
        given.landing, given.truth, given.customers, given.seed, given.start, given.months,
        given.days, density,
    )  # fmt: skip
    log = logging.getLogger("rapport")
    for table, rows in sorted(summary.rows.items()):
        log.info("%-28s %12d rows in %d files", table, rows, summary.files[table])


if __name__ == "__main__":
    main()
