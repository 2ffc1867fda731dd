"""光纤升级: who takes up fibre when a campaign offers it."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="fibre_upgrade",
    title=Text("Fibre upgrade", "光纤升级"),
    objective="up_sell",
    label="response",
    families=("fibre",),
    horizon_days=30,
    intended_use=Text(
        "Rank consumers for the next fibre campaign.", "为下一次光纤营销活动排序个人客户。"
    ),
    limits=Text(
        "Says who accepts when offered, not who accepts because of the offer; not for pricing.",
        "表示被推荐时的接受概率，不代表推荐带来的增量；不得用于差别定价。",
    ),
)
