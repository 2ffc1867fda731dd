"""The report's sections about offers and campaigns.

What does not belong here: queries, pictures, customers as such.
"""

from itertools import groupby

from warehouse.report import charts
from warehouse.report.data import Marts, Row
from warehouse.report.labels import OBJECTIVES, objective_label
from warehouse.report.page import NOTHING, Html, Share, figure, figures, folded, paragraph, table


def propensity(marts: Marts) -> str:
    """How far the scores of each offer can be trusted."""
    scored, live, content = marts.scored(), marts.in_service(), ""
    for offer, group in groupby(marts.evaluation(), key=lambda row: row["offer_code"]):
        rows = list(group)
        first, now = rows[0], scored.get(offer, {})
        content += f"<h3>{offer}<small>model {first['model_version']}</small></h3>" + figures(
            [
                (now.get("customers"), "customers scored", "评分客户"),
                (Share.of(now.get("mean_share")), "mean probability", "平均概率"),
                (sum(row["customers_count"] for row in rows), "in the hold-out", "留出样本"),
                (first["auc"], "AUC", "排序能力"),
                (first["brier_score"], "Brier score", "布里尔分数"),
                (first["calibration_error"], "calibration error", "校准误差"),
            ]
        )
        content += '<div class="row">'
        content += figure("Lift", "提升度", charts.lift(rows))
        content += figure("Calibration", "校准", charts.calibration(rows)) + "</div>"
        content += paragraph(
            f"Judged on outcomes from {first['window_from']} to {first['window_to']}"
            f" that the model had not seen (hold-out by {first['holdout_kind']})."
        )
        content += paragraph(_in_service(live.get(offer)))
    return content or NOTHING


def _in_service(week: Row | None) -> str:
    """What became of the newest scores whose outcomes are known, in a sentence."""
    if week is None:
        return "In service: no outcome of the published scores is known yet."
    told = f"In service, scores of the week of {week['week_date']}: {week['state_code']}"
    told += f" ({week['reason_code']})" if week["reason_code"] else ""
    if week["observed_share"] is None:
        return told + "."
    return (
        f"{told}; predicted {week['predicted_share']:.1%}, seen"
        f" {week['observed_share']:.1%} of {week['matured_count']:,}."
    )


def campaigns(marts: Marts) -> str:
    """What campaigns changed against their hold-out, and what that cost."""
    rows = marts.campaigns()
    judged = [row for row in rows if row["itt_share"] is not None]
    if not rows:
        return NOTHING
    head = ("campaign 活动", "objective 目标", "start 开始", "members 名单", "reached 接通率")
    head += ("response 响应率", "hold-out 对照组", "effect 净效应", "95 % interval 置信区间")
    head += ("cost ¥ 成本", "extra margin ¥ 增量毛利")
    body = [
        (
            row["campaign_name"],
            objective_label(row["objective_code"]),
            row["start_date"],
            row["members"],
            *(Share.of(row[n]) for n in ("reach_share", "response_share", "control_share")),
            Share.of(row["itt_share"]),
            _interval(row["low"], row["high"]),
            row["cost_yuan"],
            row["margin_yuan"],
        )
        for row in rows
    ]
    note = (
        "Members were drawn into treatment and hold-out at random, so the difference between them"
        " is what the campaign changed. Green: above zero; grey: cannot be told from zero."
        " 名单随机分为活动组与对照组，两组之差即净效应。"
    )
    low = min((row["low"] for row in judged), default=0) - 0.005
    high = max((row["high"] for row in judged), default=0) + 0.005
    by_objective = "".join(
        figure(objective.replace("_", " "), zh, charts.effects(chosen, low, high))
        for objective, zh in OBJECTIVES.items()
        if (chosen := [row for row in judged if row["objective_code"] == objective])
    )
    return paragraph(note) + by_objective + folded(f"All {len(rows)} campaigns", table(head, body))


def _interval(low: float | None, high: float | None) -> Html | None:
    if low is None or high is None:
        return None
    return Html(f'<span class="n">{low * 100:+.1f} … {high * 100:+.1f} %</span>')
