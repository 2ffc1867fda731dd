"""企业客户流失预警: which businesses will hold nothing any more a month from now."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="churn_business",
    title=Text("Business churn", "企业客户流失预警"),
    objective="retention",
    label="lapse",
    horizon_days=30,
    party_types=("B",),
    intended_use=Text("Find businesses to keep before they leave.", "在企业客户流失前及时挽留。"),
    limits=Text(
        "Learned from few businesses; says who leaves, not who would stay if visited.",
        "样本量较小；表示流失概率，不代表挽留后的效果。",
    ),
)
