"""Characters that are taken for one another by the eye: a clerk copies the neighbour.

The groups only sharpen the name of a finding: a pair that is missing is still a misspelling. What
does not belong here: variants of one character, which the match key folds already.
"""

_GROUPS = """
己已巳 未末朱 士土 日曰目 王玉主 大太犬 人入八 天夫无 干千于 午牛 田由甲申 刀力刁 戊戌戍成 瓜爪 免兔
今令冷玲 白自百 水永冰 木本术 了子 休体 住往佳 侯候 拔拨 析折拆 历厉 币市 间问同 贝见 乌鸟马 斤斥
晨震农 晴睛情 清请青 梅海悔 伟韦纬 磊石垒 洋样详 勇男 杰木 涛祷 朋明 平半 辉军晖 飞气 波坡披 宇字
浩诰皓 凯剀 健键建 俊峻骏 帆巩 博傅搏 文丈 国围 东车 峰蜂锋 林材村 龙尤 毅殷 昊昃 翔翊 敏繁 丽两
娟捐 秀禾 桂挂 英莫 萍苹 红江 兰三 云去 婷停 雪雷 琳淋 怡治 雅稚 涵函 悦说 梦禁 妍研 菲非 刘浏 陈阵
杨扬场 黄寅 孙孔 罗萝 郭部 何伺 高亮 梁粱 唐堂 曹槽 沈沉忱 任仕 欣欧 茜西 薇微 蓉容 莹萤 瑞端 琪棋
晓饶 祥样 栋拣 彬杉 松淞 鑫金 淼森 钰铉 怀杯 锦绵 思恩 慈惹 哲晢 昕听 炜伟 烨桦 楠南 桐铜 枫讽 芮苪
"""
LOOKS_LIKE = frozenset((a, b) for group in _GROUPS.split() for a in group for b in group)
"""Every ordered pair of one group."""
