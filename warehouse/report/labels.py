"""What the report calls segments, offers and stages, and in which order it shows them.

What does not belong here: figures, layout.
"""

SCHEMES = {
    "lifecycle": ("Lifecycle", "生命周期"),
    "value_tier": ("Value tier", "价值层级"),
    "age_band": ("Age band", "年龄段"),
    "region_tier": ("City tier", "城市级别"),
    "rfm": ("Recency, frequency, money", "RFM"),
    "abc": ("ABC of revenue", "收入 ABC 分类"),
}
SEGMENTS = {
    "lifecycle": {
        "acquire": "获取",
        "grow": "成长",
        "mature": "成熟",
        "decline": "衰退",
        "exit": "流失",
    },
    "value_tier": {"core": "核心", "high": "高价值", "general": "一般"},
    "age_band": {
        "under_24": "24岁以下",
        "from_24_to_35": "24-35岁",
        "over_35": "35岁以上",
        "organisation": "单位",
        "unknown": "未知",
    },
    "region_tier": {"tier_1": "一线", "tier_2": "二线", "tier_3": "三线", "unknown": "未知"},
    "rfm": {
        "champion": "重点保持",
        "loyal": "忠诚",
        "big_spender": "高消费",
        "recent": "新近",
        "regular": "普通",
        "at_risk": "有风险",
        "dormant": "沉睡",
        "none": "无消费",
    },
    "abc": {"a": "A 类", "b": "B 类", "c": "C 类", "none": "无收入"},
    "party": {"consumer": "个人", "business": "企业", "government": "政府", "unknown": "未知"},
    "channel": {
        "phone": "电话",
        "sms": "短信",
        "web": "网站",
        "app": "手机应用",
        "branch": "营业厅",
        "cash": "现金",
        "e_check": "电子支票",
        "mailed_check": "邮寄支票",
        "auto_bank": "银行代扣",
        "auto_card": "信用卡代扣",
        "mobile_wallet": "移动支付",
        "none": "不经渠道",
    },
}
TOO_FEW = "small_groups"
DIMENSIONS = {
    "value_tier": ("By value tier", "按价值层级"),
    "party": ("By party", "按客户性质"),
    "channel": ("By channel", "按渠道"),
}
"""Along which a change of a key figure is split."""
KEY_INDICATORS = (
    *("is_active", "active_families_count", "monthly_fee_yuan", "tenure_days"),
    *("billed_yuan_90d", "arpu_yuan_90d", "margin_yuan_365d", "data_mb_30d", "call_minutes_30d"),
    *("on_time_payment_share_365d", "overdue_yuan", "balance_mean_yuan_30d"),
    *("sessions_count_30d", "cancel_views_count_30d", "outbound_contacts_count_30d"),
    *("refusal_share_365d", "complaints_count_90d", "satisfaction_share_365d"),
)
"""A few of all indicators; the rest is in `mart_indicator_summary`."""
BY_LIFECYCLE = (
    *("monthly_fee_yuan", "active_families_count", "billed_yuan_90d", "data_mb_30d"),
    *("sessions_count_30d", "cancel_views_count_30d", "complaints_count_90d"),
    "satisfaction_share_365d",
)
OBJECTIVES = {
    "acquisition": "拉新",
    "up_sell": "升级销售",
    "cross_sell": "交叉销售",
    "retention": "挽留",
}


def segment_label(scheme: str, code: str) -> str:
    """A segment's code in words, with its Chinese name where it has one."""
    known = {TOO_FEW: "人数过少合计", **SEGMENTS.get(scheme, {})}
    return f"{code.replace('_', ' ')} {known.get(code, '')}".strip()


def segment_order(scheme: str, code: str) -> tuple[int, str]:
    """Sort key: the order above, then whatever is not in it by name."""
    known = list(SEGMENTS.get(scheme, {}))
    return (known.index(code) if code in known else len(known), code)


def objective_label(code: str) -> str:
    """What a campaign is for, in two languages."""
    return f"{code.replace('_', ' ')} {OBJECTIVES.get(code, '')}".strip()
