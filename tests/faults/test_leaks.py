"""No planted identifier leaves landing, store and vault, whatever goes wrong with its file.

Scans every byte written elsewhere, Parquet values included, and every message that was logged.
"""

import gzip
import json
import logging
from datetime import timedelta

import duckdb
from exports import ACCOUNTS, CONTRACTS, CUSTOMERS, DAY, PLANTED, VIEWS, content, customers, views

SPELLINGS = (*PLANTED, "+8613912345678", "8613912345678")


def account(**changes: str) -> dict:
    row = {"account_id": "A1", "account_type_code": "postpaid", "opened_date": "2020-01-01"}
    planted = {"holder_name": PLANTED[2], "holder_id_number": PLANTED[1]}
    return row | planted | {"contact_phone": PLANTED[0], "status_code": "open"} | changes


def deliver_everything_wrong(site) -> None:
    """Planted identifiers in good files, in refused records, in refused files and in names."""
    site.deliver_rows(CUSTOMERS, customers(3))
    header = [column.name for column in CONTRACTS[ACCOUNTS].columns]
    good = content(CONTRACTS[ACCOUNTS], [account()])
    variants = [
        good,
        content(CONTRACTS[ACCOUNTS], [account(opened_date=PLANTED[0])]),
        content(CONTRACTS[ACCOUNTS], [account(status_code=PLANTED[2])]),
        content(CONTRACTS[ACCOUNTS], [account(), account(account_type_code="prepaid")]),
        good.split(b"\n", 1)[1],
        good + b'"' + good,
        good[:-9],
        good.replace(b"A1,", b"A1," + b"13912345678" * 300_000 + b","),
        good.replace(b"\n", b"\n\0" + PLANTED[2].encode(), 2),
        good.replace(b"A1", b"\xff" + PLANTED[0].encode()),
        content(CONTRACTS[ACCOUNTS], [account(note=PLANTED[2])], [*header, "note"]),
        content(CONTRACTS[ACCOUNTS], [account(number=PLANTED[0])], [*header, "number"]),
        content(CONTRACTS[ACCOUNTS], [account(**{PLANTED[0]: "1"})], [*header, PLANTED[0]]),
    ]
    for step, data in enumerate(variants):
        rows = max(1, data.count(b"\n") - 1)
        site.deliver(ACCOUNTS, data, rows, DAY + timedelta(days=step))
    line = json.dumps(views(1)[0] | {"caller": PLANTED[0], "page_code": "home"})
    site.deliver(VIEWS, gzip.compress((line + "\n" + line[:-1] + "\n").encode()))
    site.deliver(CUSTOMERS, b"x", name=f"{PLANTED[0]}.csv")


def test_no_planted_identifier_is_written_or_said_outside_the_restricted_zones(site, caplog):
    deliver_everything_wrong(site)
    with caplog.at_level(logging.DEBUG):
        result = site.intake(CUSTOMERS, ACCOUNTS, VIEWS)
    assert result.states["loaded"] >= 3
    assert result.states["quarantined"] >= 6

    said = caplog.text + repr(result)
    assert max(len(record.getMessage()) for record in caplog.records) < 500
    restricted = (site.landing, site.store, site.vault)
    elsewhere = [
        path
        for path in site.home.rglob("*")
        if path.is_file() and not any(zone in path.parents for zone in restricted)
    ]
    assert len(elsewhere) > 8
    for path in elsewhere:
        written = path.read_bytes().decode("utf-8", "ignore") + str(path)
        if path.suffix == ".parquet":
            with duckdb.connect() as con:
                written += repr(con.execute("from read_parquet(?)", [str(path)]).fetchall())
        assert not [text for text in SPELLINGS if text in written], path
    assert not [text for text in SPELLINGS if text in said]


def test_the_scan_would_find_what_it_looks_for(site):
    deliver_everything_wrong(site)
    site.intake(CUSTOMERS, ACCOUNTS, VIEWS)
    with duckdb.connect() as con:
        held = repr(con.sql(f"select * from '{site.vault}/crm/customers/*/*.parquet'").fetchall())
    assert all(text in held for text in ("+8613912345678", *PLANTED[1:]))


def test_nothing_decoded_is_left_in_the_vault_after_an_intake(site):
    deliver_everything_wrong(site)
    site.intake(CUSTOMERS, ACCOUNTS, VIEWS)
    assert [path for path in (site.vault / ".work").rglob("*") if path.is_file()] == []
