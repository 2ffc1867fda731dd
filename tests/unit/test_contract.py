"""What a contract means and which contracts are refused, with the place of the mistake."""

from datetime import date
from pathlib import Path

import pytest

from warehouse.contract import load_contracts
from warehouse.errors import RapportError
from warehouse.intake.landing import stated

GOOD = """
version: 2
sources:
  - name: shop
    config:
      meta: {format: csv, encoding: utf-8, timezone: Asia/Shanghai, quarantine_limit_share: 0.02}
    tables:
      - name: sales
        description: One row per sale.
        config:
          meta: {files: "sales_{date}.csv", key: [sale_id], event: sold_at, vault_id: sale_id}
        columns:
          - {name: sale_id, data_type: varchar, config: {meta: {required: true, aliases: [编号]}}}
          - {name: buyer, data_type: varchar, config: {meta: {pii: direct, kind: name}}}
          - {name: amount, data_type: "decimal(12,2)"}
          - {name: sold_at, data_type: timestamp, config: {meta: {date_format: "%Y/%m/%d"}}}
"""


def written(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "_shop.yml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_table_takes_what_its_source_says_and_parts_its_identifiers(tmp_path):
    contract = load_contracts(written(tmp_path, GOOD))["shop", "sales"]
    assert (contract.timezone, contract.quarantine_limit_share) == ("Asia/Shanghai", 0.02)
    assert [name for name, _ in contract.lake_columns] == [
        "sale_id",
        "buyer_token",
        "amount",
        "sold_at",
        "_event_date",
        "_file_id",
        "_record",
        "_extra",
    ]
    assert [column.name for column in contract.direct_columns] == ["buyer"]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("sales_20261101.csv", date(2026, 11, 1)),
        ("sales_20261131.csv", None),
        ("sales_2026110.csv", None),
        ("Sales_20261101.csv", None),
        ("sales_20261101.csv.bak", None),
        ("x/sales_20261101.csv", None),
        ("sales_20261101xcsv", None),
        ("sales_20261101.csv\n", None),
    ],
)
def test_only_the_exact_name_with_a_real_date_is_a_delivery(tmp_path, name, day):
    contract = load_contracts(written(tmp_path, GOOD))["shop", "sales"]
    assert stated(contract, name)[0] == day


@pytest.mark.parametrize(
    ("good", "bad", "place"),
    [
        ("sales_{date}.csv", "sales.csv", "shop.sales.files"),
        ("sales_{date}.csv", "../sales_{date}.csv", "shop.sales.files"),
        ("format: csv", "format: xls", "shop.sales.format"),
        ("encoding: utf-8", "encoding: utf-99", "shop.sales.encoding"),
        ("Asia/Shanghai", "Asia/Nowhere", "shop.sales.timezone"),
        ("share: 0.02", "share: 2", "shop.sales.quarantine_limit_share"),
        ("key: [sale_id]", "key: [buyer]", "shop.sales.key"),
        ("event: sold_at", "event: amount", "shop.sales.event"),
        ("event: sold_at", "entity: true", "shop.sales.born"),
        ("vault_id: sale_id", "vault_id: none", "shop.sales.vault_id"),
        ("kind: name", "kind: nick", "shop.sales.buyer.kind"),
        ("pii: direct", "pii: secret", "shop.sales.buyer.pii"),
        ("decimal(12,2)", "money", "shop.sales.amount.data_type"),
        ("name: amount", "name: a-mount", "shop.sales.a-mount"),
        ("name: sales", 'name: "sales; drop"', "shop.sales; drop"),
        ("[编号]", "[amount]", "shop.sales.aliases"),
        ("version: 2", "version: [", "the file"),
    ],
)
def test_a_mistake_is_refused_and_its_place_named(tmp_path, good, bad, place):
    assert good in GOOD
    with pytest.raises(RapportError) as refused:
        load_contracts(written(tmp_path, GOOD.replace(good, bad)))
    assert refused.value.code == "RP-3006"
    assert (refused.value.fields["file"], refused.value.fields["field"]) == ("_shop.yml", place)


def test_a_digest_moves_with_the_meaning_and_not_with_the_words(tmp_path):
    texts = [
        GOOD,
        GOOD.replace("One row per sale.", "Sales."),
        GOOD.replace("编号", "号码"),
        GOOD.replace("12,2", "14,2"),
        GOOD.replace("0.02", "0.03"),
    ]
    digests = []
    for number, text in enumerate(texts):
        (tmp_path / str(number)).mkdir()
        folder = written(tmp_path / str(number), text)
        digests.append(load_contracts(folder)["shop", "sales"].digest)
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


def test_a_source_that_is_not_delivered_is_no_contract(tmp_path):
    assert load_contracts(written(tmp_path, GOOD.replace("format: csv, ", ""))) == {}
