"""The catalogue: products over all thirteen families, with prices, costs and what replaces what.

What does not belong here: who holds what (subscriptions.py).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator.periods import FAR, day_number

FAMILIES = (
    "voice", "multi_line", "data_pack", "broadband", "fibre", "tv", "video", "security",
    "cloud_backup", "device_protection", "support", "roaming", "wallet",
)  # fmt: skip

SUBSTITUTES = {
    "fibre": ("fibre",),
    "tv": ("video", "tv"),
    "video": ("tv", "video"),
    "security": ("security",),
    "cloud_backup": ("cloud_backup",),
    "device_protection": ("device_protection", "support"),
    "wallet": (),
}
"""Families whose holders already have "something similar" to an offer of the key's family."""


@dataclass(frozen=True)
class Product:
    """One line of the catalogue; money in fen."""

    product_id: str
    name: str
    family: str
    fee: int
    cost: int
    complexity: int
    launched: date
    retired: date | None = None
    is_premium: bool = False


NEW_PRODUCT = "SEC2"
"""Launched in the last weeks of the default history: nobody has a behaviour history with it."""

CATALOGUE = (
    Product("VOI1", "畅聊套餐59", "voice", 5900, 1800, 1, date(2018, 5, 1)),
    Product("VOI2", "畅享套餐129", "voice", 12900, 4200, 1, date(2019, 3, 1)),
    Product("VOI3", "尊享套餐299", "voice", 29900, 9800, 2, date(2020, 9, 1), None, True),
    Product("MUL1", "家庭副卡", "multi_line", 2000, 600, 1, date(2018, 5, 1)),
    Product("MUL2", "企业多线", "multi_line", 24000, 9000, 3, date(2017, 1, 1)),
    Product("DAT1", "10GB月流量包", "data_pack", 1500, 300, 1, date(2019, 6, 1)),
    Product("DAT2", "50GB月流量包", "data_pack", 4500, 1100, 1, date(2021, 6, 1)),
    Product("BRO1", "宽带100M", "broadband", 4900, 2100, 1, date(2016, 1, 1)),
    Product("BRO2", "宽带200M", "broadband", 6900, 2900, 1, date(2018, 1, 1)),
    Product("BRO0", "宽带20M", "broadband", 3900, 2000, 1, date(2012, 1, 1), date(2024, 12, 31)),
    Product("FIB1", "千兆光纤", "fibre", 9900, 4100, 2, date(2021, 4, 1)),
    Product("FIB2", "尊享全屋光纤", "fibre", 19900, 7900, 3, date(2023, 2, 1), None, True),
    Product("FIB3", "企业光纤", "fibre", 49900, 21000, 4, date(2021, 4, 1)),
    Product("TVS1", "互动电视", "tv", 2000, 900, 1, date(2017, 8, 1)),
    Product("TVS2", "4K尊享电视", "tv", 5000, 2100, 2, date(2022, 1, 1), None, True),
    Product("VID1", "视频会员", "video", 1500, 900, 1, date(2019, 1, 1)),
    Product("VID2", "视频联合会员", "video", 3000, 1800, 1, date(2023, 1, 1)),
    Product("SEC1", "网络安全卫士", "security", 800, 150, 2, date(2020, 1, 1)),
    Product("SEC2", "家庭安防看护", "security", 2500, 900, 3, date(2026, 10, 16)),
    Product("CLO1", "家庭云备份", "cloud_backup", 1000, 250, 2, date(2020, 6, 1)),
    Product("CLO2", "企业云备份", "cloud_backup", 12000, 4500, 4, date(2020, 6, 1)),
    Product("DEV1", "终端保障", "device_protection", 1200, 500, 3, date(2021, 9, 1)),
    Product("SUP1", "技术支持", "support", 900, 300, 1, date(2018, 1, 1)),
    Product("SUP2", "尊享管家", "support", 8000, 3300, 2, date(2022, 6, 1), None, True),
    Product("ROA1", "国际漫游月包", "roaming", 6800, 2600, 2, date(2019, 4, 1)),
    Product("WAL1", "零钱账户", "wallet", 0, 50, 1, date(2020, 3, 1)),
    Product("WAL2", "稳享理财", "wallet", 500, 100, 4, date(2022, 3, 1)),
)

ID = tuple(p.product_id for p in CATALOGUE)
INDEX = {product_id: n for n, product_id in enumerate(ID)}
FEE = np.array([p.fee for p in CATALOGUE], np.int64)
COST = np.array([p.cost for p in CATALOGUE], np.int64)
FAMILY = np.array([FAMILIES.index(p.family) for p in CATALOGUE], np.int16)
PREMIUM = np.array([p.is_premium for p in CATALOGUE])
PACK = np.isin(FAMILY, [FAMILIES.index("data_pack"), FAMILIES.index("roaming")])
"""Month packs: they end by themselves after thirty days."""
FAMILY_INDEX = {name: n for n, name in enumerate(FAMILIES)}


def columns() -> dict[str, object]:
    """The catalogue in the columns of the export."""
    ends = [FAR if p.retired is None else day_number(p.retired) for p in CATALOGUE]
    return {
        "product_id": list(ID),
        "product_name": [p.name for p in CATALOGUE],
        "family_code": [p.family for p in CATALOGUE],
        "monthly_fee_yuan": FEE,
        "monthly_cost_yuan": COST,
        "complexity_level": np.array([p.complexity for p in CATALOGUE]),
        "launched_date": np.array([day_number(p.launched) for p in CATALOGUE], np.int32),
        "retired_date": np.array(ends, np.int32),
    }


def similar(family: str) -> list[int]:
    """Family indexes that count as "already has something similar"."""
    return [FAMILY_INDEX[name] for name in SUBSTITUTES.get(family, ())]
