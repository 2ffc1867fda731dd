"""Runs the sides of a benchmark in turn, each in a process of its own, and measures them.

What does not belong here: what is measured (one file per subject).
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

LINE = "{:<28} {:>9} {:>9} {:>9} {:>9} {:>8}"


@dataclass(frozen=True)
class Measured:
    """One run of one side."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float


def measure(work: Callable[[], None]) -> Measured:
    """Run `work` in a forked process and wait for it; its memory and time are its own.

    Raises:
        RuntimeError: When it failed; a failed side has no time.
    """
    started = time.perf_counter()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", flush=True)
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError("a side of the benchmark failed; see the line above")
    wall = time.perf_counter() - started
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def compare(sides: Mapping[str, Callable[[Path], None]], folder: Path, rounds: int) -> None:
    """Measure every side `rounds` times in turn and print a table; the first is the baseline."""
    runs: dict[str, list[Measured]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            runs[name].append(measure(lambda side=side: side(folder)))
    print(LINE.format("", "wall s", "median s", "cpu s", "peak MB", "ratio"))
    baseline = min(run.wall_seconds for run in next(iter(runs.values())))
    for name, found in runs.items():
        walls = [run.wall_seconds for run in found]
        figures = (min(walls), statistics.median(walls), min(run.cpu_seconds for run in found))
        shown = [f"{figure:.2f}" for figure in figures]
        peak, ratio = max(run.peak_mb for run in found), min(walls) / baseline
        print(LINE.format(name, *shown, f"{peak:,.0f}", f"{ratio:.2f}"))
