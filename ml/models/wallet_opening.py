"""钱包开户: which customers of the telecom line become customers of the banking line."""

from ml.declaration import PropensityModel, Text

MODEL = PropensityModel(
    offer="wallet_opening",
    title=Text("First wallet", "钱包开户"),
    objective="acquisition",
    label="adoption",
    products=("WAL1",),
    horizon_days=30,
    population="is_active = 1 and holds_wallet = 0",
    without_sex_and_age=True,
    trusted=(("days_since_registration", "opened soon after joining, a day CRM knows before"),
             ("tenure_days", "the same in days since the first contract")),
    subjects=("profile", "service", "value", "payment", "web"),
    intended_use=Text(
        "Choose consumers to invite to a wallet of their own.", "选择适合邀请开通钱包的个人客户。"
    ),
    limits=Text(
        "Says who opens a wallet, not why; not for credit or pricing.",
        "表示开户概率，不代表原因；不得用于授信或定价。",
    ),
)  # fmt: skip
