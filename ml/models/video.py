"""视频会员: who takes out video within a month, offered or not."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="video",
    title=Text("Video membership", "视频会员"),
    objective="cross_sell",
    label="adoption",
    products=("VID1", "VID2"),
    horizon_days=30,
    population="is_active = 1 and holds_video = 0",
    codes=(range(101_000_000, 302_000_000), range(401_000_000, 503_000_000)),
    intended_use=Text(
        "Choose consumers to whom video is worth mentioning.", "选择适合推荐视频会员的个人客户。"
    ),
    limits=Text(
        "Says who buys, most of them unasked; not who buys because of an offer.",
        "表示购买概率，多数为自发购买，不代表推荐带来的增量。",
    ),
)
