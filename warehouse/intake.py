"""Takes what was landed into the lake, each content once, in any order, and accounts for every
record.

Decides what a delivered content means: new, the same again, a new version, or refused. The ledger
row is the commit; a kill at any moment leaves rubbish that the next intake removes. What does not
belong here: how files are found (`arrivals`), read (`load`) or laid out (`lake`).
"""

import hashlib
import logging
import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

from warehouse import lake
from warehouse.arrivals import Arrival, done, safe_name, take
from warehouse.contract import TableContract, load_contracts
from warehouse.errors import RapportError
from warehouse.landing import Landed
from warehouse.ledger import Ledger
from warehouse.ledger_files import FileRecord
from warehouse.load import Loaded, Task, load
from warehouse.pseudonym import Pseudonyms
from warehouse.sandbox import open_sandbox, work_folder
from warehouse.settings import Settings
from warehouse.store import private_folder, sweep

log = logging.getLogger("rapport")

LAYOUT = 1
"""Raise when the same bytes and contract would give another lake file."""
TRY_AGAIN = {"RP-1012", "RP-1013", "RP-1014", "RP-1015", "RP-1016"}
"""Refusals that a changed contract may lift."""


@dataclass(frozen=True)
class FileOutcome:
    """What became of one landed file in this intake; counts and codes only."""

    source: str
    table: str
    name: str
    business_date: date | None
    state: str
    reason_code: str | None = None
    records_in: int = 0
    loaded: int = 0
    quarantined: int = 0
    deduplicated: int = 0


@dataclass
class IntakeResult:
    """All files this intake dealt with; files dealt with before do not appear."""

    files: list[FileOutcome] = field(default_factory=list)

    @property
    def states(self) -> dict[str, int]:
        """Number of files per state."""
        return dict(sorted(Counter(file.state for file in self.files).items()))

    @property
    def loaded(self) -> int:
        """Rows taken into the lake."""
        return sum(file.loaded for file in self.files)

    @property
    def quarantined(self) -> int:
        """Rows put into quarantine."""
        return sum(file.quarantined for file in self.files)


def run_intake(
    settings: Settings, contracts: Mapping[tuple[str, str], TableContract] | None = None
) -> IntakeResult:
    """Bring the lake up to date with the landing folder and the contracts."""
    contracts = contracts or load_contracts()
    ledger = Ledger(settings.ledger_file)
    try:
        keys = Pseudonyms.load(settings, ledger.has_files())
        with ThreadPoolExecutor(max_workers=settings.threads) as pool:
            return _Intake(settings, contracts, ledger, keys, pool).run()
    finally:
        ledger.close()


class _Intake:
    """One intake: its workers, its decisions, its commits."""

    def __init__(self, settings, contracts, ledger, keys, pool) -> None:
        self.settings: Settings = settings
        self.contracts: Mapping[tuple[str, str], TableContract] = contracts
        self.ledger: Ledger = ledger
        self.keys: Pseudonyms = keys
        self.pool: ThreadPoolExecutor = pool
        self.result = IntakeResult()
        self.files = {file.file_id: file for file in ledger.files()}
        self.workers = threading.local()

    def run(self) -> IntakeResult:
        """Undo what a killed intake left, load what is new, say what happened."""
        self._prepare()
        self._load_again()
        arrivals = take(self.settings, self.ledger, self.contracts, self.pool)
        for landed in arrivals.unsafe:
            self._refuse_name(landed)
        for landed in arrivals.waiting:
            self._note(landed, "waiting")
        self._take_in(arrivals.ready)
        self._report()
        return self.result

    def _prepare(self) -> None:
        work = private_folder(private_folder(self.settings.vault) / work_folder(self.settings).name)
        for leftover in work.glob("*.*"):
            leftover.unlink(missing_ok=True)
        sweep(self.settings)
        lake.prepare(self.settings, self.contracts.values())

    def _load_again(self) -> None:
        """Rebuild lost rows from the store, and whatever a new contract or key reads differently."""
        missing = {
            file.file_id
            for file in lake.reconcile(self.settings, self.files.values(), self.contracts)
        }
        stale = [
            file
            for file in self.files.values()
            if (file.source, file.table) in self.contracts
            and (file.file_id in missing or self._is_stale(file))
        ]
        tasks = [(file, self._task(file)) for file in stale]
        for file, future in [(file, self._submit(task)) for file, task in tasks]:
            if file.state != "loaded" and self._active(file):
                continue
            self._commit(file, future.result(), [("loaded_again", {})], None)

    def _is_stale(self, file: FileRecord) -> bool:
        if file.state == "duplicate":
            return not self._twin(file)
        if file.recipe == self._recipe(self.contracts[file.source, file.table]):
            return False
        return file.state == "loaded" or (
            file.state == "quarantined"
            and file.reason_code in TRY_AGAIN
            and self._active(file) is None
        )

    def _take_in(self, arrivals: list[Arrival]) -> None:
        """Start loading everything that may be new; decide and commit strictly in order."""
        started: dict[str, Future[Loaded]] = {}
        contents: set[tuple[str, str, str]] = set()
        for arrival in arrivals:
            file = self._file(arrival)
            content = (file.source, file.table, file.sha256)
            if self._decide(file) == "load" and content not in contents:
                started[file.file_id] = self._submit(self._task(file, arrival))
            contents.add(content)
        for arrival in arrivals:
            file, seen = self._file(arrival), done(arrival.landed)
            decision = self._decide(file)
            if decision == "load":
                future = started.get(file.file_id) or self._submit(self._task(file, arrival))
                self._commit(file, future.result(), [], arrival.landed)
            elif decision == "same":
                self._write(self.files[file.file_id], {}, [("duplicate_delivery", {})], seen=seen)
                self._note(arrival.landed, "duplicate")
            elif decision == "twin":
                count = self._twin(file).records_in
                twin = replace(file, state="duplicate", records_in=count, deduplicated=count)
                self._write(twin, {}, [("duplicate_delivery", {})], seen=seen)
                self._note(arrival.landed, "duplicate", twin)
            else:
                refusal = Loaded(refusal=RapportError("RP-1007"))
                self._commit(file, refusal, [], arrival.landed)

    def _decide(self, file: FileRecord) -> str:
        """Say what a content is: `same`, `twin` (of another date), `conflict` or `load`."""
        active, before = self._active(file), self.files.get(file.file_id)
        if before and (before.state == "duplicate" or (active and active.file_id == file.file_id)):
            return "same"
        contract = self.contracts[file.source, file.table]
        if contract.delivery == "delta" and self._twin(file):
            return "twin"
        return "conflict" if active and contract.redelivery == "refuse" else "load"

    def _active(self, file: FileRecord) -> FileRecord | None:
        """The file whose rows stand for this source, table and date now."""
        place = (file.source, file.table, file.business_date)
        return next(
            (
                other
                for other in self.files.values()
                if other.state == "loaded"
                and (other.source, other.table, other.business_date) == place
            ),
            None,
        )

    def _twin(self, file: FileRecord) -> FileRecord | None:
        """A loaded file of the same table with the same content and at least one record."""
        content = (file.source, file.table, file.sha256)
        return next(
            (
                other
                for other in self.files.values()
                if other.state == "loaded"
                and (other.source, other.table, other.sha256) == content
                and other.records_in
                and other.file_id != file.file_id
            ),
            None,
        )

    def _commit(
        self,
        file: FileRecord,
        loaded: Loaded,
        events: list[tuple[str, dict]],
        landed: Landed | None,
    ) -> None:
        """Make what a worker has written count, or record why the file is refused."""
        refusal = loaded.refusal
        replaced = None if refusal else self._active(file)
        if replaced and replaced.file_id == file.file_id:
            replaced = None
        file = replace(
            file,
            state="quarantined" if refusal else "loaded",
            recipe=self._recipe(self.contracts[file.source, file.table]),
            records_in=loaded.records_in,
            loaded=loaded.loaded,
            quarantined=loaded.quarantined,
            deduplicated=loaded.deduplicated,
            superseded=0,
            reason_code=refusal.code if refusal else None,
            detail=dict(refusal.fields) if refusal else {},
        )
        before = self.files.get(file.file_id)
        seen = done(landed) if landed else {}
        events = [(file.state, {"code": file.reason_code}), *events, *loaded.notes]
        self._write(file, loaded.days, events, replaced, seen)
        for old in (before, replaced):
            if old:
                kept = lake.paths_of(self.settings, self.files[old.file_id], self.contracts)
                lake.remove(lake.paths_of(self.settings, old, self.contracts) - kept)
        self._note(landed, file.state, file)

    def _write(self, file, days, events, replaced=None, seen=None) -> None:
        self.ledger.record_file(
            file, days, events, replaces=replaced.file_id if replaced else None, seen=seen
        )
        self.files[file.file_id] = file
        if replaced:
            self.files[replaced.file_id] = replace(
                replaced,
                state="superseded",
                superseded=replaced.superseded + replaced.loaded,
                loaded=0,
            )

    def _refuse_name(self, landed: Landed) -> None:
        """Record a name that must not be opened; once, for its look is remembered."""
        source, table = (*landed.folder, "", "")[:2]
        file = FileRecord(
            file_id=hashlib.sha256(b"name/" + landed.path).hexdigest()[:16],
            source=source,
            table=table,
            business_date=None,
            name=safe_name(landed),
            sha256="",
            bytes=0,
            state="quarantined",
            recipe="",
            reason_code=landed.problem,
        )
        self._write(file, {}, [("quarantined", {"code": landed.problem})], seen=done(landed))
        self._note(landed, "quarantined", file)

    def _note(self, landed: Landed | None, state: str, file: FileRecord | None = None) -> None:
        """Add one outcome, and warn about a refused file."""
        if file is None:
            source, table = (*landed.folder, "", "")[:2]
            day = landed.business_date
            outcome = FileOutcome(source, table, safe_name(landed), day, state)
        else:
            outcome = FileOutcome(
                file.source,
                file.table,
                file.name,
                file.business_date,
                state,
                file.reason_code,
                file.records_in,
                file.loaded,
                file.quarantined,
                file.deduplicated,
            )
            if file.reason_code:
                place = {"source": file.source, "table": file.table, "file": file.name}
                log.warning("%s", RapportError(file.reason_code, **place, **file.detail))
        self.result.files.append(outcome)

    def _report(self) -> None:
        for source, table in sorted({(file.source, file.table) for file in self.result.files}):
            files = [f for f in self.result.files if (f.source, f.table) == (source, table)]
            states = Counter(file.state for file in files)
            rest = "".join(f", {n} {s}" for s, n in sorted(states.items()) if s != "loaded")
            log.info(
                "intake %s/%s: %d files, %s rows loaded, %s quarantined%s",
                source,
                table,
                len(files),
                f"{sum(file.loaded for file in files):,}",
                f"{sum(file.quarantined for file in files):,}",
                rest and f" (files:{rest[1:]})",
            )

    def _file(self, arrival: Arrival) -> FileRecord:
        contract, landed = arrival.landed.contract, arrival.landed
        identity = (contract.source, contract.table, landed.business_date, arrival.sha256)
        return FileRecord(
            file_id=hashlib.sha256("/".join(map(str, identity)).encode()).hexdigest()[:16],
            source=contract.source,
            table=contract.table,
            business_date=landed.business_date,
            name=landed.name,
            sha256=arrival.sha256,
            bytes=arrival.bytes,
            state="loaded",
            recipe=self._recipe(contract),
        )

    def _task(self, file: FileRecord, arrival: Arrival | None = None) -> Task:
        return Task(
            contract=self.contracts[file.source, file.table],
            business_date=file.business_date,
            file_id=file.file_id,
            sha256=file.sha256,
            bytes=file.bytes,
            name=file.name,
            manifest=arrival.manifest if arrival else None,
        )

    def _submit(self, task: Task) -> Future[Loaded]:
        return self.pool.submit(self._work, task)

    def _work(self, task: Task) -> Loaded:
        return load(self._connection(task.contract.timezone), self.settings, self.keys, task)

    def _connection(self, timezone: str) -> duckdb.DuckDBPyConnection:
        """This worker's connection for one time zone, opened when first needed."""
        opened = self.workers.__dict__.setdefault("opened", {})
        if timezone not in opened:
            opened[timezone] = open_sandbox(self.settings, timezone)
        return opened[timezone]

    def _recipe(self, contract: TableContract) -> str:
        parts = (LAYOUT, contract.digest, self.keys.key_version)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
