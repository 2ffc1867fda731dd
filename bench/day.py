"""What one more day costs dbt after three, six, nine and twelve months of history.

Size is customers. Each world lives as long as its history and two days more, the last of which
lands alone and is measured once, for a day arrives once. The day's cost should not grow with the
history; the report names the tables and tests that do most.
"""

import json
from pathlib import Path

from bench import home
from warehouse.settings import Settings

SIZE = 5_000
ROUNDS = 1
MONTHS = (3, 6, 9, 12)
ASIDE, SECONDS = "tomorrow", "seconds.json"
SHOWN = 12


def prepare(folder: Path, size: int) -> None:
    """Build an installation per length of history, all but the last day's files, then land them."""
    for months in MONTHS:
        settings = home.make(folder / str(months), size, months=months, days=2)
        _move_last_day(settings.landing, settings.home / ASIDE)
        home.take_in(settings)
        home.build(settings)
        for path in _files(settings.home / ASIDE):
            path.rename(settings.landing / path.relative_to(settings.home / ASIDE))
        home.take_in(settings)


def _move_last_day(landing: Path, aside: Path) -> None:
    """Take the files of the newest date out of the landing folder."""
    files = _files(landing)
    last = max(_day(path) for path in files)
    for path in files:
        if _day(path) == last:
            later = aside / path.relative_to(landing)
            later.parent.mkdir(parents=True, exist_ok=True)
            path.rename(later)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _day(path: Path) -> str:
    """The eight digits of a file's name."""
    return next(word for word in path.name.replace(".", "_").split("_") if word.isdigit())


def one_day(settings: Settings) -> None:
    """Build what the new day makes stale, and keep how long each table and test took."""
    seconds = {result.name: result.seconds for result in home.build(settings)}
    (settings.home / SECONDS).write_text(json.dumps(seconds))


def everything(settings: Settings) -> None:
    """Build the same state from nothing: what the day would cost if nothing were kept."""
    settings.warehouse_file.unlink()
    home.build(settings)


def report(folder: Path) -> None:
    """Print what takes longer after the longest history than after the shortest."""
    taken = {m: json.loads((folder / str(m) / SECONDS).read_text()) for m in MONTHS}
    first, last = taken[MONTHS[0]], taken[MONTHS[-1]]
    print(f"\nseconds of wall time after {', '.join(map(str, MONTHS))} months, most growth first:")
    for name in sorted(last, key=lambda name: first.get(name, 0) - last[name])[:SHOWN]:
        print("".join(f"{taken[m].get(name, 0):9.2f}" for m in MONTHS), f" {name}")


SIDES = {f"after {months} months": home.in_home(one_day, str(months)) for months in MONTHS} | {
    "the last from nothing": home.in_home(everything, str(MONTHS[-1]))
}
