"""`python -m bench [subject] [--size N] [--rounds N]`: prints one table per subject."""

import argparse
import tempfile
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from bench.harness import compare, measure

HERE = Path(__file__).parent
PLUMBING = {"__main__", "harness", "home"}


def subjects() -> list[str]:
    """Every file here that is a benchmark."""
    files = [found.name for found in iter_modules([str(HERE)]) if not found.ispkg]
    return sorted(name for name in files if name not in PLUMBING)


def main() -> None:
    """Prepare each subject's input in a folder that is removed afterwards, and compare."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    parser.add_argument("subject", nargs="*", choices=[*subjects(), []], default=subjects())
    parser.add_argument("--size", type=int, help="rows or customers, as the subject says")
    parser.add_argument("--rounds", type=int, help="default: 3, or 1 where a thing happens once")
    parser.add_argument(
        "--folder", type=Path, help="where the input is written (default: temporary)"
    )
    chosen = parser.parse_args()
    for name in chosen.subject:
        subject = import_module(f"bench.{name}")
        size = chosen.size or subject.SIZE
        print(f"\n{subject.__doc__.splitlines()[0]} Size {size:,}.")
        with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
            measure(lambda: subject.prepare(Path(folder), size))  # noqa: B023
            rounds = chosen.rounds or getattr(subject, "ROUNDS", 3)
            baseline = getattr(subject, "BASELINE", next(iter(subject.SIDES)))
            compare(subject.SIDES, Path(folder), rounds, baseline)
            if hasattr(subject, "report"):
                subject.report(Path(folder))


if __name__ == "__main__":
    main()
