"""理财购买: which wallet owners buy a wealth product within a month; money tells beforehand."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="wealth",
    title=Text("Wealth product", "理财购买"),
    objective="cross_sell",
    label="adoption",
    products=("WAL2",),
    horizon_days=30,
    population="is_active = 1 and holds_wallet = 1",
    without_sex_and_age=True,
    codes=(range(201_000_000, 202_000_000), range(303_000_000, 305_000_000)),
    intended_use=Text(
        "Find owners whose money has moved, while advice is welcome.", "在资金异动时提供理财建议。"
    ),
    limits=Text(
        "Says who buys, not whom it suits: suitability is checked apart; not for pricing.",
        "表示购买概率，适当性须另行评估；不得用于定价。",
    ),
)
