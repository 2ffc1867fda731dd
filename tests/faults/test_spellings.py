"""How numbers and identifiers are spelt, and what spreadsheets and wrong encodings do to them.

Pins down that a spelling the contract does not list is refused and never guessed, and that a file
whose text makes no sense is refused whole.
"""

from dataclasses import replace

import pytest
from exports import BILLS, CONTRACTS, CUSTOMERS, bills, content, customers

from warehouse.intake.garbled import not_garbled
from warehouse.intake.take import run_intake

PROSE = (
    "客户关系管理系统保存每一位客户的姓名、电话、地址与业务记录，呼叫中心按照名单逐一联系，并把结果写回系统。"
    "帐单每月出具一次，费用项目包括月租、流量、漫游与设备分期。"
)


def styled(*styles: str):
    contract = CONTRACTS[BILLS]
    columns = tuple(
        replace(column, number_styles=styles) if column.name == "amount_yuan" else column
        for column in contract.columns
    )
    return {BILLS: replace(contract, columns=columns)}


@pytest.mark.parametrize(
    ("styles", "text", "value"),
    [
        (("grouped",), "1,234.50", 1234.5),
        (("grouped",), "-1,234,567.05", -1234567.05),
        (("grouped",), "１，２３４．５０", 1234.5),
        (("grouped",), "12.30", 12.3),
        (("grouped",), "12,5", None),
        (("grouped",), "1,23,456", None),
        (("grouped",), "1,234万", None),
        (("wan",), "1.25万", 12500),
        (("wan",), "-3万", -30000),
        (("wan",), "1.2345678万", None),
        (("wan",), "万", None),
        (("wan",), "1,234.50", None),
        (("grouped", "wan"), "1,234.5万", 12345000),
        ((), "1.25万", None),
        ((), "1,234.50", None),
    ],
)
def test_a_number_is_read_in_the_styles_of_the_contract_only(site, styles, text, value):
    site.deliver_rows(BILLS, [*bills(1), bills(1, first=2)[0] | {"amount_yuan": text}])
    run_intake(site, styled(*styles))
    amounts = [float(row[5]) for row in site.lake_rows(BILLS)]
    assert amounts == ([1.01] if value is None else [1.01, value])
    refused = [(2, "RP-1101", "amount_yuan")] if value is None else []
    assert site.refused_records() == refused


@pytest.mark.parametrize(
    ("column", "text", "is_refused"),
    [
        ("phone", "1.38E+10", True),
        ("id_number", "1.10105E+17", True),
        ("customer_id", "1E+11", True),
        ("customer_id", "1E11", False),
        ("phone", "TEL E+10", False),
        ("address", "1.38E+10", False),
    ],
)
def test_an_identifier_that_a_spreadsheet_shortened_is_refused(site, column, text, is_refused):
    rows = customers(3)
    rows[1][column] = text
    site.deliver_rows(CUSTOMERS, rows)
    site.intake(CUSTOMERS)
    assert site.refused_records() == ([(2, "RP-1107", column)] if is_refused else [])


def garbled(text: str, how: str) -> bytes:
    """Text as it is after it was written in UTF-8 and read as something else, or lost."""
    if how == "lost":
        return text.encode("ascii", "replace").decode().replace("?", "\ufffd").encode()
    if how == "lost twice":
        return ("锟斤拷" * len(text)).encode()
    if how == "utf-8":
        return text.encode()
    return text.encode().decode(how, "replace").encode()


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ("gb18030", "utf8_read_as_gb18030"),
        ("latin-1", "utf8_read_as_latin1"),
        ("lost", "characters_lost"),
        ("lost twice", "characters_lost"),
        ("utf-8", None),
    ],
)
def test_text_that_was_read_in_a_wrong_encoding_is_known_by_its_letters(how, problem):
    blocks = iter([b"id,note\n", garbled(PROSE, how)])
    if problem is None:
        assert len(list(not_garbled(blocks))) == 2
        return
    with pytest.raises(Exception, match=f"RP-1017 .*{problem}"):
        list(not_garbled(blocks))


@pytest.mark.parametrize(
    "text",
    [
        "龘靐齉爩" * 5,
        "café crème brûlée " * 30,
        "業務電話營銷客戶關係與數據" * 9,
        "\ue000\ufffd",
        "𠮷" * 99,
    ],
    ids=["few rare names", "French", "traditional", "two odd letters", "four-byte names"],
)
def test_odd_but_honest_text_passes(text):
    assert list(not_garbled(iter([text.encode()]))) == [text.encode()]


def test_a_garbled_file_is_refused_whole(site):
    rows = [row | {"bill_id": PROSE[at : at + 9]} for at, row in enumerate(bills(9))]
    data = content(CONTRACTS[BILLS], rows).decode().encode().decode("gb18030", "replace").encode()
    header = content(CONTRACTS[BILLS], [])
    site.deliver(BILLS, header + data.split(b"\n", 1)[1], 9)
    site.intake(BILLS)
    assert site.reasons() == ["RP-1017"]
