"""新客办理: how many prospects accept a first plan; too few answers to learn whom to ask first."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="welcome",
    title=Text("First plan", "新客办理"),
    objective="acquisition",
    label="response",
    method="base_rate",
    families=("voice",),
    horizon_days=30,
    population="is_active = 0 and has_billing_account = 0",
    intended_use=Text(
        "Put a figure on asking a consumer who is no customer yet.", "估计新客营销的成功率。"
    ),
    limits=Text(
        "The rate of the whole group, the same for everybody: it ranks nobody.",
        "为群体平均值，人人相同，不作排序。",
    ),
)
