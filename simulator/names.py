"""Invented names of persons and organisations, put together from common parts.

What does not belong here: damage to names; that is planted elsewhere and labelled.
"""

import numpy as np
import pyarrow as pa

from simulator.columns import codes, digits, joined
from simulator.randomness import pick
from simulator.regions import CITIES

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
)
FEMALE = "芳娜敏静丽艳娟霞秀燕玲桂英华玉萍红梅莉兰洁云倩婷雪慧颖琳佳欣怡雅诗涵悦晨梦瑶妍璐晴菲"
MALE = "伟强磊军洋勇杰涛明超刚平辉鹏飞斌波宇浩凯健俊帆博文志建国庆东海峰林龙毅哲睿轩泽昊天翔晨"
WORDS = "宏达盛源华瑞丰泰恒信远博创新科宇辰光明海天龙腾金辉嘉禾正安康永利"
TRADES = ("商贸", "科技", "餐饮", "物流", "建筑", "医药", "教育", "纺织", "机械", "咨询")
BUREAUS = ("水务管理处", "环境监测站", "图书馆", "规划服务中心", "公共资源中心", "市政养护所")
INDUSTRIES = ("wholesale", "software", "catering", "transport", "construction", "health",
              "education", "manufacturing", "machinery", "services")  # fmt: skip


def person_names(rng: np.random.Generator, is_female: np.ndarray) -> pa.Array:
    """A surname and one or two characters by sex."""
    size = len(is_female)
    common_first = list(1 / (np.arange(len(SURNAMES)) + 3))
    surname = codes(tuple(SURNAMES), pick(rng, common_first, size))
    letters = tuple(FEMALE + MALE)

    def given() -> np.ndarray:
        female = rng.integers(0, len(FEMALE), size)
        male = rng.integers(len(FEMALE), len(letters), size)
        return np.where(is_female, female, male)

    second = np.where(rng.random(size) < 0.18, len(letters), given())
    return joined(surname, codes(letters, given()), codes((*letters, ""), second))


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
