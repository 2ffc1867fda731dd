"""Takes what was landed into the lake, each content once, and accounts for every record.

The ledger row is the commit: a kill at any moment leaves rubbish that the next intake removes. What
does not belong here: how files are found (`arrivals`), what a content means (`accepted`), how it is
read (`load`), how rows are laid out (`lake`).
"""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import duckdb

from warehouse import lake
from warehouse.contract import TableContract, load_contracts
from warehouse.deliveries.restatement import ranges
from warehouse.errors import RapportError
from warehouse.intake.accepted import Accepted, file_id, refused_name
from warehouse.intake.arrivals import Arrival, done, take
from warehouse.intake.landing import Landed
from warehouse.intake.load import Loaded, Task, load
from warehouse.intake.outcome import FileOutcome, IntakeResult
from warehouse.ledger import Ledger
from warehouse.ledger.files import FileRecord
from warehouse.pseudonym import Pseudonyms
from warehouse.sandbox import open_sandbox, work_folder
from warehouse.settings import Settings
from warehouse.store import private_folder, sweep

__all__ = ["FileOutcome", "IntakeResult", "run_intake"]


def run_intake(
    settings: Settings, contracts: Mapping[tuple[str, str], TableContract] | None = None
) -> IntakeResult:
    """Bring the lake up to date with the landing folder and the contracts."""
    contracts = contracts or load_contracts()
    ledger = Ledger(settings.ledger_file)
    try:
        keys = Pseudonyms.load(settings, ledger.has_files())
        _prepare(settings, contracts)
        accepted = Accepted(ledger, contracts, keys.key_version)
        with _workers(settings) as pool:
            intake = _Intake(settings, contracts, accepted, keys, pool)
            intake.load_again()
            arrivals = take(settings, ledger, contracts, pool)
            intake.refuse_names(arrivals.unsafe)
            intake.take_in(arrivals.ready)
        for landed in arrivals.waiting:
            intake.result.add_landed(landed, "waiting")
        intake.result.report()
        return intake.result
    finally:
        ledger.close()


def _prepare(settings: Settings, contracts: Mapping[tuple[str, str], TableContract]) -> None:
    private_folder(settings.vault)
    for leftover in private_folder(work_folder(settings)).glob("*.*"):
        leftover.unlink(missing_ok=True)
    sweep(settings)
    lake.prepare(settings, contracts.values())


@contextmanager
def _workers(settings: Settings) -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(max_workers=settings.threads)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass
class _Intake:
    """One intake: hands files to workers and commits what they made, strictly in order."""

    settings: Settings
    contracts: Mapping[tuple[str, str], TableContract]
    accepted: Accepted
    keys: Pseudonyms
    pool: ThreadPoolExecutor
    result: IntakeResult = field(default_factory=IntakeResult)
    local: threading.local = field(default_factory=threading.local)

    def load_again(self) -> None:
        """Rebuild lost rows from the store, and what a new contract or key reads differently."""
        files = self.accepted.files()
        missing = {file.file_id for file in lake.reconcile(self.settings, files, self.contracts)}
        stale = [f for f in files if f.file_id in missing or self.accepted.is_stale(f)]
        loaded = [file for file in stale if file.state == "loaded"]
        for file, made in [(file, self._start(file)) for file in loaded]:
            self._commit(file, made.result(), None)
        for file in stale:
            if file.state != "loaded" and self.accepted.active(file) is None:
                self._commit(file, self._start(file).result(), None)

    def take_in(self, arrivals: list[Arrival]) -> None:
        """Start loading everything that may be new; decide and commit strictly in order."""
        files = [(self._file(arrival), arrival) for arrival in arrivals]
        started: dict[str, Future[Loaded]] = {}
        contents = set()
        for file, arrival in files:
            content = (file.source, file.table, file.sha256)
            if content not in contents and self.accepted.decide(file) == "load":
                started[file.file_id] = self._start(file, arrival)
            contents.add(content)
        table = ""
        for file, arrival in files:
            if table != arrival.landed.contract.name:
                self.result.report()  # the tables so far, while the next is being loaded
                table = arrival.landed.contract.name
            decision = self.accepted.decide(file)
            if decision == "load":
                made = started.get(file.file_id) or self._start(file, arrival)
                self._commit(file, made.result(), arrival.landed)
            elif decision == "conflict":
                refusal = Loaded(refusal=RapportError("RP-1007"))
                self._commit(file, refusal, arrival.landed)
            elif error := self._belied(file, arrival):
                self._commit(file, Loaded(refusal=error), arrival.landed)
            elif arrival.is_known:
                self.accepted.repeat(file, done(arrival.landed), "manifest_confirmed")
            else:
                self.accepted.repeat(file, done(arrival.landed))
                self.result.add_landed(arrival.landed, "duplicate")

    def _belied(self, file: FileRecord, arrival: Arrival) -> RapportError | None:
        """What a manifest that came after its file says against what was accepted."""
        before = self.accepted.get(file.file_id)
        if arrival.contradicts_manifest:
            return RapportError("RP-1010", problem="sha256_differs")
        if before and arrival.manifest and arrival.manifest.rows != before.records_in:
            got = before.records_in
            return RapportError("RP-1010", expected_rows=arrival.manifest.rows, got_rows=got)
        return None

    def refuse_names(self, unsafe: list[Landed]) -> None:
        """Record names that must not be opened; once, for the look at each is remembered."""
        for landed in unsafe:
            file = refused_name(landed)
            event = (file.state, {"code": file.reason_code})
            self.accepted.commit(file, {}, [event], done(landed))
            self.result.add(file)

    def _commit(self, file: FileRecord, made: Loaded, landed: Landed | None) -> None:
        """Make what a worker has written count, or record why the file is refused."""
        before, refusal = self.accepted.get(file.file_id), made.refusal
        replaced = None if refusal else self.accepted.active(file)
        if replaced and replaced.file_id == file.file_id:
            replaced = None
        file = replace(
            file,
            state="quarantined" if refusal else "loaded",
            recipe=self.accepted.recipe(self.contracts[file.source, file.table]),
            records_in=made.records_in,
            loaded=made.loaded,
            quarantined=made.quarantined,
            deduplicated=made.deduplicated,
            superseded=0,
            reason_code=refusal.code if refusal else None,
            detail=dict(refusal.fields) if refusal else {},
        )
        happened = {
            "code": file.reason_code,
            "recipe": file.recipe,
            "days": ranges(made.days),
            "is_reread": landed is None and before is not None and before.recipe != file.recipe,
        }
        events = [(file.state, happened), *made.notes]
        self.accepted.commit(file, made.days, events, done(landed) if landed else {}, replaced)
        kept = lake.paths_of(self.settings, file, self.contracts)
        for old in filter(None, (before, replaced)):
            lake.remove(lake.paths_of(self.settings, old, self.contracts) - kept)
        self.result.add(file)

    def _file(self, arrival: Arrival) -> FileRecord:
        contract, day = arrival.landed.contract, arrival.landed.business_date
        return FileRecord(
            file_id=file_id(contract, day, arrival.sha256, arrival.landed.part),
            source=contract.source,
            table=contract.table,
            business_date=day,
            name=arrival.landed.name,
            sha256=arrival.sha256,
            bytes=arrival.bytes,
            state="loaded",
            recipe=self.accepted.recipe(contract),
            part=arrival.landed.part,
        )

    def _start(self, file: FileRecord, arrival: Arrival | None = None) -> Future[Loaded]:
        contract = self.contracts[file.source, file.table]
        manifest = arrival.manifest if arrival else None
        is_fresh = arrival is not None
        task = Task(contract, file.business_date, file.file_id, file.sha256, manifest, is_fresh)
        return self.pool.submit(self._work, task)

    def _work(self, task: Task) -> Loaded:
        return load(self._connection(task.contract.timezone), self.settings, self.keys, task)

    def _connection(self, timezone: str) -> duckdb.DuckDBPyConnection:
        """This worker's connection for one time zone, opened when first needed."""
        opened = self.local.__dict__.setdefault("opened", {})
        if timezone not in opened:
            opened[timezone] = open_sandbox(self.settings, timezone)
        return opened[timezone]
