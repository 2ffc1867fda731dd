"""Every record of every file is somewhere: the accounting identity, for any mixture of faults.

The expected fate of each record is worked out here in plain Python from how it was spoilt.
"""

import tempfile
from collections import Counter
from pathlib import Path

from exports import BILLS, bills
from hypothesis import given, settings
from hypothesis import strategies as st
from installation import install

SPOILT = {
    "fine": {},
    "bad_amount": {"amount_yuan": "12,5"},
    "no_account": {"account_id": ""},
    "odd_item": {"item_code": "gift"},
    "two_faults": {"amount_yuan": "x", "billed_date": "yesterday"},
}


@st.composite
def deliveries(draw) -> tuple[list[dict], list[str]]:
    """Rows and the fate of each: loaded, refused or dropped as a repetition."""
    kinds = draw(st.lists(st.sampled_from([*SPOILT, "repeat", "contradict"]), max_size=30))
    rows: list[dict] = []
    fates: list[str] = []
    fresh = iter(bills(40))
    for kind in kinds:
        originals = [i for i, fate in enumerate(fates) if fate == "loaded"]
        if kind in SPOILT or not originals:
            rows.append(next(fresh) | SPOILT.get(kind, {}))
            fates.append("loaded" if kind in ("fine", "repeat", "contradict") else "refused")
            continue
        at = draw(st.sampled_from(originals))
        key = rows[at]["bill_line_id"]
        if kind == "repeat":
            rows.append(dict(rows[at]))
            fates.append("dropped")
        else:
            rows.append(rows[at] | {"bill_id": "other"})
            fates.append("refused")
            fates = [
                "refused" if row["bill_line_id"] == key else fate
                for row, fate in zip(rows, fates, strict=True)
            ]
    return rows, fates


@settings(max_examples=25, deadline=None, derandomize=True)
@given(deliveries())
def test_every_record_is_loaded_refused_or_dropped_and_counted_once(delivery):
    rows, fates = delivery
    with tempfile.TemporaryDirectory() as folder:
        site = install(Path(folder))
        site.deliver_rows(BILLS, rows)
        site.intake(BILLS)
        (account,) = site.accounting()
        counts = Counter(fates)
        assert account["records_in"] == len(rows)
        if counts["refused"] > 5:
            assert (account["reason_code"], account["quarantined"]) == ("RP-1016", len(rows))
            return
        assert account["loaded"] == counts["loaded"]
        assert account["quarantined"] == counts["refused"]
        assert account["deduplicated"] == counts["dropped"]
        expected = {n for n, fate in enumerate(fates, 1) if fate == "refused"}
        assert {record for record, _, _ in site.refused_records()} == expected
        in_lake = [row[-3] for row in site.lake_rows(BILLS, lineage=True)]
        assert sorted(in_lake) == [n for n, fate in enumerate(fates, 1) if fate == "loaded"]
