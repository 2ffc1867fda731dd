"""Invented names of persons and organisations, put together from common parts.

What does not belong here: damage to names (name_errors.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.columns import codes, digits, joined
from simulator.randomness import pick
from simulator.regions import CITIES
from simulator.surnames import SHARES, SURNAMES

if TYPE_CHECKING:
    from simulator.people import People

FEMALE = "芳娜敏静丽艳娟霞秀燕玲桂英华玉萍红梅莉兰洁云倩婷雪慧颖琳佳欣怡雅诗涵悦晨梦瑶妍璐晴菲"
MALE = "伟强磊军洋勇杰涛明超刚平辉鹏飞斌波宇浩凯健俊帆博文志建国庆东海峰林龙毅哲睿轩泽昊天翔晨"
WORDS = "宏达盛源华瑞丰泰恒信远博创新科宇辰光明海天龙腾金辉嘉禾正安康永利"
TRADES = ("商贸", "科技", "餐饮", "物流", "建筑", "医药", "教育", "纺织", "机械", "咨询")
BUREAUS = ("水务管理处", "环境监测站", "图书馆", "规划服务中心", "公共资源中心", "市政养护所")
INDUSTRIES = ("wholesale", "software", "catering", "transport", "construction", "health",
              "education", "manufacturing", "machinery", "services")  # fmt: skip


def surnames(rng: np.random.Generator, size: int) -> np.ndarray:
    """Surnames (index into `SURNAMES`) as frequent as in the population."""
    return pick(rng, SHARES, size)


def person_names(rng: np.random.Generator, surname: np.ndarray, is_female: np.ndarray) -> pa.Array:
    """A surname and one or two characters by sex, some far more in fashion than others."""
    size = len(is_female)
    letters = tuple(FEMALE + MALE)
    fashion = [1 / (rank + 6) for rank in range(max(len(FEMALE), len(MALE)))]

    def given() -> np.ndarray:
        female = pick(rng, fashion[: len(FEMALE)], size)
        male = len(FEMALE) + pick(rng, fashion[: len(MALE)], size)
        return np.where(is_female, female, male)

    second = np.where(rng.random(size) < 0.18, len(letters), given())
    return joined(codes(SURNAMES, surname), codes(letters, given()), codes((*letters, ""), second))


def all_names(rng: np.random.Generator, people: People, surname: np.ndarray) -> pa.Array:
    """The name of everybody, person or organisation."""
    person = person_names(rng, surname, people.is_female)
    company = company_names(rng, people.region, np.maximum(people.industry, 0))
    bureau = bureau_names(rng, people.region)
    return pc.choose(pa.array(people.party.astype(np.int64)), person, company, bureau)


def company_names(rng: np.random.Generator, region: np.ndarray, trade: np.ndarray) -> pa.Array:
    """City, two characters, trade, legal form."""
    size = len(region)
    one, two = (codes(tuple(WORDS), rng.integers(0, len(WORDS), size)) for _ in range(2))
    city = codes([c[1][:-1] for c in CITIES], region)
    return joined(city, one, two, codes(TRADES, trade), "有限公司")


def bureau_names(rng: np.random.Generator, region: np.ndarray) -> pa.Array:
    """City, ordinal, kind of body."""
    size = len(region)
    kind = codes(BUREAUS, rng.integers(0, len(BUREAUS), size))
    return joined(codes([c[1] for c in CITIES], region), "第", digits(np.arange(size) + 1), kind)
