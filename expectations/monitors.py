"""What is unusual about a delivery next to those before it: volume, blanks, spread, mix, unit.

Compared are small aggregates, never rows. A file is held against earlier files of its table of like
size; whatever those did among themselves is usual, so that a table that comes in bursts does not
raise an alarm on each. What does not belong here: aggregates (`profiles`), acceptance
(`findings`), both in `warehouse.deliveries`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from warehouse.contract import TableContract
from warehouse.deliveries.findings import Finding
from warehouse.deliveries.profiles import ColumnProfile, FileProfile

JUDGED_DAYS = 35
"""Older files were judged when they came; late ones are judged whatever their date. Of a first load
only the last weeks are: a shift a year ago is history that nobody can be asked about."""
BASELINE_FILES, BASELINE_DAYS = 28, 56
"""Four weeks of files, eight weeks of weekdays: recent enough to be usual."""
POINTS = 4
"""Fewer earlier deliveries than this say nothing about what is usual."""
ENOUGH_ROWS = 200
"""Below this a day's shares and volumes are chance."""
LIKE_SIZE = 5
"""A month in one file and a day's file differ for good reasons; this many times apart is alike."""
VOLUME_LOW, VOLUME_HIGH = 0.1, 4.0
"""A tenth or four times of the usual is a broken export (catalogue of failures, row 30)."""
RARELY_BLANK, GONE_BLANK, MORE_BLANK = 0.05, 0.5, 0.2
"""A column that was as good as always filled: half blank stops, a fifth warns."""
SPREAD_STOP, SPREAD_WARN = 1 / 3, 1 / 2
"""So much of the usual number of different values: the same few came again and again."""
SHIFT_STOP, SHIFT_WARN = 0.25, 0.1
"""Population stability index, the customary bounds for a marked and a slight shift."""
SHIFT_STOP_AT_FIRST, A_MONTH = 1.0, 28
"""Until a month of days is known a mix may follow the calendar unseen (the day on which debits are
drawn, .3): only another mix altogether stops."""
UNIT_STOP, UNIT_WARN = 30.0, 10.0
"""Fen for yuan is a hundred times; days differ anyway, so a third of that is enough."""


def look(
    contracts: Mapping[tuple[str, str], TableContract],
    profiles: Iterable[FileProfile],
    as_of: date,
    fresh: AbstractSet[str] = frozenset(),
) -> list[Finding]:
    """Everything unusual about the files of the last weeks and those in `fresh`."""
    tables: dict[tuple[str, str], list[FileProfile]] = defaultdict(list)
    for profile in profiles:
        if profile.business_date <= as_of:
            tables[profile.source, profile.table].append(profile)
    found = []
    for key, contract in contracts.items():
        files = sorted(tables[key], key=lambda file: (file.business_date, file.file_id))
        since = as_of - timedelta(days=JUDGED_DAYS)
        for place, file in enumerate(files):
            if file.business_date > since or file.file_id in fresh:
                found += volume(contract, file, files[:place])
                found += content(file, _alike(file, files[:place]))
    return found


def volume(
    contract: TableContract, file: FileProfile, earlier: Sequence[FileProfile]
) -> Iterator[Finding]:
    """Rows of the file's day against the same weekday before, or all days while those are few."""
    if contract.event:
        day, rows = _main_day(file)
        recent = _recent_days(earlier, day) if day else {}
        same = [count for other, count in recent.items() if other.weekday() == day.weekday()]
    else:
        *rates, rows = _rates(contract, [*earlier, file])
        recent, same = dict(enumerate(rates)), []
    usual = same if len(same) >= POINTS else list(recent.values())
    if len(usual) < POINTS or median(usual) < ENOUGH_ROWS:
        return
    ratio = rows / median(usual)
    is_low = ratio <= VOLUME_LOW and rows < min(recent.values()) / 2
    is_high = ratio >= VOLUME_HIGH and rows > max(recent.values()) * 2
    if is_low or is_high:
        yield _finding("RP-1211", file, "", rows, median(usual), contract.steady)


def content(file: FileProfile, alike: Sequence[FileProfile]) -> Iterator[Finding]:
    """Every column against itself in earlier files."""
    if file.rows < ENOUGH_ROWS:
        return
    stops_at = _shift_stops_at(file, alike)
    for name, column in file.columns.items():
        before = [f.columns[name] for f in alike if name in f.columns]
        yield from _blanks(file, name, column, before)
        if len(before) >= POINTS:
            yield from _spread(file, name, column, before)
            yield from _shift(file, name, column, before, stops_at)
            yield from _unit(file, name, column, before)


def _blanks(
    file: FileProfile, name: str, column: ColumnProfile, before: Sequence[ColumnProfile]
) -> Iterator[Finding]:
    usual = max((_blank_share(c) for c in before), default=1.0)
    share = _blank_share(column)
    if usual <= RARELY_BLANK and share > MORE_BLANK:
        yield _finding("RP-1212", file, name, share, usual, share > GONE_BLANK)


def _spread(
    file: FileProfile, name: str, column: ColumnProfile, before: Sequence[ColumnProfile]
) -> Iterator[Finding]:
    shares = [c.distinct / c.filled for c in before if c.distinct and c.filled >= ENOUGH_ROWS]
    if len(shares) < POINTS or column.filled < ENOUGH_ROWS:
        return
    ratio = column.distinct / column.filled / min(shares)
    if ratio < SPREAD_WARN:
        usual = median(shares)
        observed = column.distinct / column.filled
        yield _finding("RP-1213", file, name, observed, usual, ratio < SPREAD_STOP)


def _shift(
    file: FileProfile,
    name: str,
    column: ColumnProfile,
    before: Sequence[ColumnProfile],
    stops_at: float,
) -> Iterator[Finding]:
    mixes = [c.counts for c in before if sum(c.counts.values()) >= ENOUGH_ROWS]
    if len(mixes) < POINTS or sum(column.counts.values()) < ENOUGH_ROWS:
        return
    index = stability_index(column.counts, _pooled(mixes))
    if index <= SHIFT_WARN:
        return
    among = [
        stability_index(mix, _pooled([*mixes[:n], *mixes[n + 1 :]])) for n, mix in enumerate(mixes)
    ]
    if index > 2 * max(among):
        yield _finding("RP-1214", file, name, index, max(among), index > stops_at)


def _unit(
    file: FileProfile, name: str, column: ColumnProfile, before: Sequence[ColumnProfile]
) -> Iterator[Finding]:
    sizes = [c.typical for c in before if c.sized >= ENOUGH_ROWS / 4]
    if len(sizes) < POINTS or column.sized < ENOUGH_ROWS / 4:
        return
    ratio = column.typical / median(sizes)
    times = max(ratio, 1 / ratio)
    beyond = max(column.typical / max(sizes), min(sizes) / column.typical)
    if times >= UNIT_WARN and beyond >= UNIT_WARN / 2:
        is_stop = times >= UNIT_STOP and beyond >= UNIT_WARN
        yield _finding("RP-1215", file, name, ratio, 1.0, is_stop)


def stability_index(now: Mapping[str, int], before: Mapping[str, int]) -> float:
    """Population stability index of two mixes, less what chance alone would make of it.

    Rare codes are pooled with half a record added on both sides: a code that is new must not make
    the index infinite.
    """
    total_now, total_before = sum(now.values()), sum(before.values())
    names = [name for name in {*now, *before} if name in before or now[name] > 0]
    index = 0.0
    for name in names:
        share = (now.get(name, 0) + 0.5) / (total_now + len(names) / 2)
        usual = (before.get(name, 0) + 0.5) / (total_before + len(names) / 2)
        index += (share - usual) * math.log(share / usual)
    chance = (len(names) - 1) * (1 / total_now + 1 / total_before)
    return max(index - chance, 0.0)


def _alike(file: FileProfile, earlier: Sequence[FileProfile]) -> list[FileProfile]:
    """Earlier files of like size; the very first holds the past and is no example."""
    found = [
        other
        for other in earlier
        if other.rows >= ENOUGH_ROWS
        and 1 / LIKE_SIZE <= other.rows / max(file.rows, 1) <= LIKE_SIZE
    ]
    return found[-BASELINE_FILES:]


def _shift_stops_at(file: FileProfile, alike: Sequence[FileProfile]) -> float:
    """From which index a shift stops: never on the first Saturday, later after the first month."""
    if not alike or (file.business_date - alike[-1].business_date).days > 7:
        return SHIFT_STOP
    if all(f.business_date.weekday() != file.business_date.weekday() for f in alike):
        return math.inf
    knows_month = (file.business_date - alike[0].business_date).days >= A_MONTH
    return SHIFT_STOP if knows_month else SHIFT_STOP_AT_FIRST


def _main_day(file: FileProfile) -> tuple[date | None, float]:
    """The day most rows of a day's file are of; none for history that came in bulk."""
    if not file.days:
        return file.business_date, float(file.rows)
    day = max(file.days, key=lambda day: (file.days[day], day))
    is_bulk = len(file.days) > 7 and file.days[day] < file.rows / 2
    return None if is_bulk else day, float(file.days[day])


def _recent_days(earlier: Sequence[FileProfile], day: date) -> dict[date, float]:
    """Rows per day of the weeks before."""
    totals: dict[date, float] = defaultdict(float)
    for file in earlier:
        for other, rows in file.days.items():
            if day - timedelta(days=BASELINE_DAYS) <= other < day:
                totals[other] += rows
    return totals


def _rates(contract: TableContract, files: Sequence[FileProfile]) -> list[float]:
    """Rows per day since the delivery before, or rows of each delivery of a whole table."""
    recent = list(files)[-BASELINE_FILES - 1 :]
    if contract.delivery == "full":
        return [float(file.rows) for file in recent]
    return [0.0] * (len(recent) == 1) + [
        file.rows / max((file.business_date - before.business_date).days, 1)
        for before, file in pairwise(recent)
    ]


def _pooled(mixes: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for mix in mixes:
        for name, count in mix.items():
            total[name] += count
    return total


def _blank_share(column: ColumnProfile) -> float:
    return 1 - column.filled / column.records if column.records else 0.0


def _finding(
    code: str, file: FileProfile, column: str, observed: float, usual: float, is_stop: bool
) -> Finding:
    place = (file.source, file.table, file.business_date, file.file_id, column)
    return Finding(code, *place, observed=observed, usual=usual, is_stop=is_stop)
