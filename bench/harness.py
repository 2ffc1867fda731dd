"""Runs the sides of a benchmark in turn, each in a process of its own, and measures them.

What does not belong here: what is measured (one file per subject).
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

LINE = "{:<28} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}"


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


def compare(
    sides: Mapping[str, Callable[[Path], None]], folder: Path, rounds: int, baseline: str
) -> None:
    """Measure every side `rounds` times in turn, and print a table of ratios to the baseline."""
    runs: dict[str, list[Measured]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            runs[name].append(measure(lambda side=side: side(folder)))
    print(LINE.format("", "wall s", "median s", "cpu s", "peak MB", "wall", "cpu"))
    wall_base = min(run.wall_seconds for run in runs[baseline])
    cpu_base = min(run.cpu_seconds for run in runs[baseline])
    for name, found in runs.items():
        walls = [run.wall_seconds for run in found]
        cpu = min(run.cpu_seconds for run in found)
        shown = [f"{figure:.2f}" for figure in (min(walls), statistics.median(walls), cpu)]
        peak = f"{max(run.peak_mb for run in found):,.0f}"
        times = [f"{ratio:.2f} x" for ratio in (min(walls) / wall_base, cpu / cpu_base)]
        print(LINE.format(name, *shown, peak, *times))
