"""企业光纤升级: which businesses take up fibre when a campaign offers it."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="fibre_business",
    title=Text("Fibre for businesses", "企业光纤升级"),
    objective="up_sell",
    label="response",
    families=("fibre",),
    horizon_days=30,
    party_types=("B",),
    codes=(range(201_000_000, 304_000_000), range(401_000_000, 503_000_000)),
    intended_use=Text(
        "Rank businesses for the next fibre campaign.", "为下一次光纤营销活动排序企业客户。"
    ),
    limits=Text(
        "Learned from few businesses; says who accepts when offered, not because of it.",
        "样本量较小；表示被推荐时的接受概率，不代表推荐带来的增量。",
    ),
)
