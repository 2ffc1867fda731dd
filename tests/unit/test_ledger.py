"""The ledger: fencing numbers only grow, history is not edited unseen, newer ones are refused."""

import sqlite3
from datetime import date

import pytest

from warehouse.errors import RapportError
from warehouse.ledger import Ledger
from warehouse.ledger.files import FileRecord
from warehouse.settings import CHECKOUT

AS_OF = date(2026, 11, 7)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite"


def file(file_id: str, **changes) -> FileRecord:
    fixed = {
        "file_id": file_id,
        "source": "boss",
        "table": "bills",
        "business_date": AS_OF,
        "name": "bills_20261107.csv",
        "sha256": file_id * 4,
        "bytes": 10,
        "state": "loaded",
        "recipe": "r",
        "records_in": 3,
        "loaded": 3,
    }
    return FileRecord(**(fixed | changes))


def test_fencing_numbers_grow_and_a_lost_run_is_marked(path):
    ledger = Ledger(path)
    first, second = ledger.start_run(AS_OF), Ledger(path).start_run(AS_OF)
    assert first < second
    assert (ledger.run_state(first), ledger.run_state(second)) == ("lost", "running")
    ledger.finish_run(second, "succeeded")
    assert ledger.last_published_fence() == 0
    ledger.record_generation("g2", second, AS_OF)
    ledger.record_generation("g1", first, AS_OF, "rolled_back")
    assert ledger.last_published_fence() == second
    assert [g.generation_id for g in ledger.generations()] == ["g2", "g1"]


@pytest.mark.parametrize(
    "edit",
    [
        "update event set detail = '{\"customers\": 2}' where sequence = 2",
        "delete from event where sequence = 2",
        "update event set at = '2020-01-01T00:00:00Z' where sequence = 1",
        "insert into event select 9, at, kind, subject, detail, prev_sha, sha from event"
        " where sequence = 3",
    ],
)
def test_an_edited_history_is_noticed(path, edit):
    ledger = Ledger(path)
    for number in range(3):
        ledger.append_event("merge", subject=f"k{number}", detail={"customers": number})
    assert ledger.verify_chain()
    ledger.close()
    with sqlite3.connect(path) as db:
        db.execute(edit)
    assert not Ledger(path).verify_chain()


def test_a_ledger_of_a_newer_release_is_refused_untouched(path):
    Ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 99")
    with pytest.raises(RapportError, match="RP-3011"):
        Ledger(path)


def test_only_one_file_stands_for_a_day_and_the_replaced_one_keeps_its_account(path):
    ledger = Ledger(path)
    ledger.record_file(file("a"), {AS_OF: 3}, [("loaded", {})])
    with pytest.raises(sqlite3.IntegrityError):
        ledger.record_file(file("b"), {AS_OF: 3}, [])
    ledger.record_file(file("b"), {AS_OF: 3}, [], replaces="a")
    assert [f.file_id for f in ledger.active_files()] == ["b"]
    assert [day.file_id for day in ledger.file_days()] == ["b"]
    assert [(row["loaded"], row["superseded"]) for row in ledger.accounting()] == [(0, 3), (3, 0)]


def test_an_account_that_does_not_add_up_is_refused(path):
    with pytest.raises(sqlite3.IntegrityError):
        Ledger(path).record_file(file("a", loaded=2), {}, [])


def test_a_failed_commit_leaves_nothing_behind(path):
    ledger = Ledger(path)
    with pytest.raises(AttributeError):
        ledger.record_file(file("a"), {"not a date": 1}, [])
    assert ledger.files() == []
    assert ledger.events() == []


def test_a_ledger_of_an_older_release_is_brought_forward_with_all_it_holds(path):
    with sqlite3.connect(path) as db:
        db.executescript((CHECKOUT / "warehouse" / "ledger" / "schema.sql").read_text())
        db.execute(
            "insert into file (file_id, source, table_name, business_date, name, sha256, bytes,"
            " state, recipe, records_in, loaded) values"
            " ('a', 'boss', 'bills', '2026-11-07', 'bills_20261107.csv', 'aaaa', 10, 'loaded', 'r',"
            " 3, 3)"
        )
        db.execute("pragma user_version = 1")
    ledger = Ledger(path)
    assert ledger.files() == [file("a")]
    ledger.record_file(file("b", part="02"), {AS_OF: 3}, [])
    assert [f.part for f in Ledger(path).active_files()] == ["", "02"]
