"""Identifiers that must turn up nowhere outside landing, store and vault, and where they come in.

They stand in every direct column of one row that loads, and in rows that are refused, there also in
columns where no identifier belongs. What does not belong here: where they are looked for.
"""

import csv
from pathlib import Path

from warehouse.contract import load_contracts

CANARIES = {
    "name": "金丝雀甲乙",
    "id_number": "110101199003078899",
    "phone": "13987650123",
    "email": "canary.bird@nowhere.example",
    "address": "金丝雀巷七号",
}
SPELLINGS = [
    spelling
    for value in CANARIES.values()
    for spelling in (value.encode("utf-8"), value.encode("gb18030"), value.encode("utf-16-le"))
]


def add_canaries(file: Path) -> None:
    """Append the canaries to an export of CRM customers, in the order of its own header."""
    contract = load_contracts()["crm", "customers"]
    named = {name: column for column in contract.columns for name in (column.name, *column.aliases)}
    with file.open(encoding="gb18030", newline="") as exported:
        header = [named[name].name for name in next(csv.reader(exported))]
    row = dict.fromkeys(header, "")
    row |= {column.name: CANARIES[column.kind] for column in contract.direct_columns}
    row |= {
        "customer_id": "C-CANARY",
        "party_type_code": "C",
        "sex_code": "F",
        "registered_at": "2026/11/03 10:00:00",
        "status_code": "active",
    }
    rows = [
        row,
        row | {"customer_id": "C-BAD1", "birth_date": CANARIES["phone"]},
        row | {"customer_id": "C-BAD2", "sex_code": CANARIES["name"]},
        row | {"customer_id": "C-BAD3", "dependents_count": CANARIES["id_number"] + "x"},
    ]
    with file.open("a", encoding="gb18030", newline="") as exported:
        csv.DictWriter(exported, header, lineterminator="\n").writerows(rows)
