"""Surnames with their share of the Han population in hundredths of a percent, compound ones last.

The first hundred follow the shares the Chinese Academy of Sciences published in 2006; together they
cover some 84% of the people. What does not belong here: given names.
"""

_SINGLE = """
李794 王741 张707 刘538 陈453 杨308 赵229 黄223 周212 吴205 徐167 孙154 胡131 朱126 高121 林118
何117 郭115 马105 罗95 梁89 宋81 郑80 谢72 韩72 唐65 冯64 于62 董61 萧59 程57 曹57 袁54 邓54
许54 傅51 沈50 曾50 彭49 吕47 苏47 卢47 蒋47 蔡46 贾42 丁42 魏42 薛42 叶42 阎42 余41 潘41
杜40 戴39 夏38 钟38 汪36 田36 任35 姜35 范34 方33 石33 姚33 谭33 廖33 邹32 熊32 金32 陆31
郝30 孔30 白30 崔30 康28 毛28 邱28 秦27 江27 史26 顾26 侯26 邵25 孟25 龙25 万24 段24 雷24
钱23 汤23 尹22 黎22 易21 常21 武21 乔20 贺20 赖20 龚20 文19 章18 俞12 阳5
"""
_COMPOUND = "欧阳8 上官2 皇甫2 诸葛2 司马2 令狐2 司徒1 慕容1 夏侯1 尉迟1"


def _split(text: str) -> tuple[tuple[str, ...], list[int]]:
    entries = text.split()
    surnames = [entry.rstrip("0123456789") for entry in entries]
    shares = [int(entry.removeprefix(s)) for entry, s in zip(entries, surnames, strict=True)]
    return tuple(surnames), shares


SURNAMES, SHARES = _split(_SINGLE + _COMPOUND)
COMPOUND = frozenset(_split(_COMPOUND)[0])
