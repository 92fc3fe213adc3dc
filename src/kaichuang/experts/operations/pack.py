"""The papers of the decision meeting as PDF."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from kaichuang.experts.models import Draw, Panel, PanelState, Result, ScoreState, Seat, SeatState
from kaichuang.experts.permissions import may_run
from kaichuang.experts.queries.results import counting_scores
from kaichuang.experts.reasons import points
from kaichuang.files.enums import DocumentKind
from kaichuang.files.models import Document
from kaichuang.files.operations import issue_document
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Stale


@transaction.atomic
def issue_pack(*, panel: Panel, actor: Actor, now: datetime) -> Document:
    """Ranking, means by criterion, divergences, recusals and the draw of a closed panel; readers by number only."""
    require(may_run(actor, panel))
    if panel.state != PanelState.CLOSED:
        raise Stale(_("评审结束后才能生成会议材料。"))
    # An official paper is in the official language, whatever language its maker reads.
    with override(settings.LANGUAGE_CODE):
        data = pack_data(panel, now)
        return issue_document(
            actor=actor,
            now=now,
            programme=panel.programme,
            template="experts/pack",
            title=_("%s专家评审会议材料") % panel.title,
            issuer=panel.programme.name,
            data=data,
            kind=DocumentKind.REPORT,
            facts=[(_("评审组"), panel.title), (_("评审项数"), str(len(data["ranking"])))],
            subject=panel,
        )


def pack_data(panel: Panel, now: datetime) -> dict[str, Any]:
    """What the template prints, as texts in the current language."""
    results = list(Result.objects.filter(panel=panel).select_related("item__party").order_by("rank"))
    drawn = Draw.objects.get(panel=panel)
    return {
        "date": _("%(year)d年%(month)d月%(day)d日")
        % {"year": localtime(now).year, "month": localtime(now).month, "day": localtime(now).day},
        "facts": _facts(panel, drawn, len(results)),
        "headings": {
            "ranking": _("一、排名"),
            "criteria": _("二、各指标平均分"),
            "divergence": _("三、分歧情况"),
            "recusals": _("四、回避与更换"),
            "none": _("无"),
        },
        "columns": [
            _("名次"),
            _("评审项"),
            _("申报主体"),
            _("总分"),
            _("建议金额（元）"),
            _("结果"),
            _("说明"),
        ],
        "ranking": [_ranked(row, panel) for row in results],
        "criteria_columns": [_("项号"), *[one.title for one in panel.form.criteria], _("总分")],
        "criteria": [_means(row, panel) for row in results],
        "divergence": [text for row in results if (text := _diverged(row))],
        "recusals": _recusals(panel),
    }


def _facts(panel: Panel, drawn: Draw, items: int) -> list[tuple[str, str]]:
    rows = [
        (_("评审项数"), str(items)),
        (_("评委人数"), str(panel.seats.filter(state=SeatState.ACCEPTED).count())),
        (_("总分算法"), str(panel.get_aggregate_display())),
        (_("名额"), str(panel.quota) if panel.quota else _("不限")),
        (_("抽取种子"), drawn.seed),
        (_("名单摘要"), drawn.pool_digest),
    ]
    return [*rows, (_("结束说明"), panel.closing_reason)] if panel.closing_reason else rows


def _ranked(row: Result, panel: Panel) -> list[str]:
    if not row.passed:
        outcome = _("不合格") if row.score is not None else _("没有评分")
    else:
        outcome = (_("入围") if row.within_quota else _("未入围")) if panel.quota else _("合格")
    return [
        str(row.rank),
        row.item.label,
        row.item.party.name,
        points(Fraction(row.exact)) if row.exact else "—",
        format_yuan(row.recommended_fen) if row.recommended_fen is not None else "—",
        outcome,
        "".join(reason["zh"] for reason in row.reasons),
    ]


def _means(row: Result, panel: Panel) -> list[str]:
    means = row.details.get("criteria", {})
    values = [points(Fraction(means[code])) if code in means else "—" for code in panel.form.codes]
    return [row.item.key, *values, points(Fraction(row.exact)) if row.exact else "—"]


def _diverged(row: Result) -> str:
    if not row.details.get("diverged"):
        return ""
    totals = "、".join(points(Fraction(value)) for value in row.details["totals"].values())
    what = {"label": row.item.label, "totals": totals, "spread": points(Fraction(row.details["spread"]))}
    return _("%(label)s：各评委总分为%(totals)s，最高与最低相差%(spread)s分。") % what


def _recusals(panel: Panel) -> list[str]:
    seats = Seat.objects.filter(panel=panel, state__in=[SeatState.RECUSED, SeatState.REPLACED])
    lines = [
        _("评委%(number)d：%(state)s。%(reason)s")
        % {"number": seat.number, "state": seat.get_state_display(), "reason": seat.reason}
        for seat in seats.order_by("number")
    ]
    for score in counting_scores(panel):
        if score.state == ScoreState.RECUSED:
            what = {"number": score.seat.number, "label": score.item.label, "reason": score.reason}
            lines.append(_("评委%(number)d回避“%(label)s”：%(reason)s") % what)
    return lines
