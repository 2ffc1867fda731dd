"""Characters that stand in for one another: by sound, by shape, in the traditional script.

Only what occurs in the names of this world. What does not belong here: where they are put.
"""

SOUND = """
张章 王汪 李黎 余于俞 江姜 许徐 石史 邱秋 方房 阎严 郑政 陈辰 周洲 林霖琳 吴武 何和 文雯 宋送
芳方 娜纳 静靖靓婧 丽莉俐 艳燕 霞侠 秀绣 玲铃 桂贵 英瑛 华桦 玉育 萍平 红虹 梅媒 兰岚 洁捷杰 云芸
倩茜 婷亭 雪学 慧惠 颖影 佳嘉 欣馨 怡宜 雅亚 诗施 涵寒 悦月 晨辰 梦孟 瑶遥 妍言 璐露 晴情 菲飞
伟炜玮 强墙 磊蕾 军君 洋阳 勇永 涛韬 超抄 明鸣 刚钢 辉晖 鹏朋 斌彬 波播 宇雨 浩昊皓 凯楷 健建
俊骏 帆凡 博搏 志智 国果 庆磬 东冬 海亥 峰锋枫 龙隆 毅义 哲喆 睿瑞 轩宣 泽则 天添 翔祥
"""
SHAPE = """
王玉 刘浏 陈阵 杨扬 黄寅 孙孔 马乌 罗萝 郭部 林村 何伺 高亮 梁粱 唐堂 曹槽 沈沉 任仕 田由 白自
敏繁 丽两 娟捐 秀禾 玲冷 桂挂 英莫 玉王 萍苹 红江 梅海 兰三 云去 婷停 雪雷 琳淋 佳住 欣欧 怡治
雅稚 涵函 悦说 晨震 梦禁 妍研 晴睛 菲非 伟韦 磊石 洋样 勇男 杰木 涛祷 明朋 平半 辉军 飞气 波坡
宇字 浩诰 凯剀 健键 俊峻 帆巩 博傅 文丈 国围 东车 海悔 峰蜂 林材 龙尤 毅殷 昊昃 天夫 翔翊 晨农
"""
TRADITIONAL = """
张張zhāng 刘劉liú 陈陳chén 杨楊yáng 赵趙zhào 黄黃huáng 吴吳wú 孙孫sūn 马馬mǎ 罗羅luó 郑鄭zhèng
谢謝xiè 韩韓hán 冯馮féng 萧蕭xiāo 邓鄧dèng 许許xǔ 吕呂lǚ 苏蘇sū 卢盧lú 蒋蔣jiǎng 贾賈jiǎ 叶葉yè
阎閻yán 钟鐘zhōng 谭譚tán 邹鄒zōu 陆陸lù 顾顧gù 龙龍lóng 万萬wàn 钱錢qián 汤湯tāng 乔喬qiáo
贺賀hè 赖賴lài 静靜jìng 丽麗lì 艳豔yàn 红紅hóng 兰蘭lán 洁潔jié 云雲yún 颖穎yǐng 悦悅yuè
梦夢mèng 瑶瑤yáo 伟偉wěi 强強qiáng 军軍jūn 杰傑jié 涛濤tāo 刚剛gāng 辉輝huī 鹏鵬péng 飞飛fēi
凯凱kǎi 国國guó 庆慶qìng 东東dōng 轩軒xuān 泽澤zé 华華huá 诗詩shī
"""


def _groups(text: str) -> dict[str, str]:
    """Each character with the others of its groups."""
    others: dict[str, str] = {}
    for group in text.split():
        for character in group:
            others[character] = others.get(character, "") + group.replace(character, "")
    return others


SOUNDS_LIKE = _groups(SOUND)
LOOKS_LIKE = {group[0]: group[1] for group in SHAPE.split()}
OLD_FORM = {entry[0]: (entry[1], entry[2:]) for entry in TRADITIONAL.split()}
"""Traditional character and reading of a simplified one."""
