"""未识别客户流失率: the rate at which customers of unknown party leave."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="churn_unknown",
    title=Text("Churn of the unidentified", "未识别客户流失率"),
    objective="retention",
    label="lapse",
    method="base_rate",
    horizon_days=30,
    party_types=("U",),
    intended_use=Text(
        "Put a figure on the risk of losing customers the CRM does not know.",
        "估计客户系统未登记客户的流失风险。",
    ),
    limits=Text(
        "The rate of the whole group, the same for everybody: it ranks nobody.",
        "为群体平均值，人人相同，不作排序。",
    ),
)
