"""政府客户流失率: the rate at which government bodies leave; too few leave to learn from."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="churn_government",
    title=Text("Government churn", "政企客户流失率"),
    objective="retention",
    label="lapse",
    method="base_rate",
    horizon_days=30,
    party_types=("G",),
    intended_use=Text(
        "Put a figure on the risk of losing government bodies as a group.",
        "估计政府客户群体的流失风险。",
    ),
    limits=Text(
        "The rate of the whole group, the same for everybody: it ranks nobody.",
        "为群体平均值，人人相同，不作排序。",
    ),
)
