"""消费者分群: kinds of consumers by what they hold, use, pay and ask, not by who they are."""

from ml.clustering.declaration import Clustering
from ml.declaration import Text

CLUSTERING = Clustering(
    name="consumers",
    title=Text("Kinds of consumers", "消费者类型"),
    intended_use=Text(
        "See which kinds of behaviour there are, and speak to each in its own way.",
        "了解客户行为的类型，分别沟通。",
    ),
    limits=Text(
        "Describes groups and predicts nothing; the border between two kinds is no fact.",
        "仅描述群体特征，不作预测；类型之间的界线不是事实。",
    ),
    # one indicator for each thing a customer does: two of a kind would count it twice
    indicators=(
        "active_families_count",
        "monthly_fee_yuan",
        "tenure_days",
        "billed_yuan_90d",
        "call_minutes_90d",
        "data_mb_90d",
        "on_time_payment_share_365d",
        "sessions_count_90d",
        "inbound_contacts_count_90d",
    ),
)
