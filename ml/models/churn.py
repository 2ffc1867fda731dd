"""流失预警: which customers will hold nothing any more a month from now."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="churn",
    title=Text("Churn", "流失预警"),
    objective="retention",
    label="lapse",
    horizon_days=30,
    without_sex_and_age=True,
    monotonic=("complaints_count_90d", "open_complaints_count", "overdue_bills_count",
               "cancel_views_count_30d", "tenure_days", "unresolved_contacts_count_90d"),
    intended_use=Text("Find consumers to keep before they leave.", "在个人客户流失前及时挽留。"),
    limits=Text(
        "Says who leaves, not who would stay if called; not a reason to serve anyone worse.",
        "表示流失概率，不代表挽留后的效果；不得据此降低服务水平。",
    ),
)  # fmt: skip
