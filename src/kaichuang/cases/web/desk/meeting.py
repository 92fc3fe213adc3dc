"""What the papers of a decision meeting print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.queries.comparison import Place, line_of
from kaichuang.cases.queries.computing import asked_of
from kaichuang.experts.models import Item
from kaichuang.kit.money import format_yuan
from kaichuang.places.models import Programme


def meeting_data(
    places: Sequence[Place], *, programme: Programme, today: date, quota: int | None, pot_fen: int | None
) -> dict[str, Any]:
    """Ranked list, amounts against the pot, reasons, dissent, plan of publicity: texts for the template."""
    matter = places[0].case.matter
    plan = places[0].case.version.file.matter.publicity
    round_ = places[0].case.round
    total = places[-1].total_fen
    facts = [
        [_("事项"), matter.title],
        [_("申报批次"), round_.title if round_ else "—"],
        [_("办件数"), str(len(places))],
        [_("名额"), str(quota) if quota is not None else _("不限")],
        [_("本批次资金（元）"), format_yuan(pot_fen) if pot_fen is not None else _("未限定")],
        [_("金额合计（元）"), format_yuan(total)],
    ]
    if pot_fen is not None:
        rest = pot_fen - total
        facts.append([_("结余（元）") if rest >= 0 else _("缺口（元）"), format_yuan(abs(rest))])
        facts.append([_("资金不足时"), str(round_.get_shortfall_display()) if round_ else "—"])
    return {
        "title": _("%(matter)s审定会议材料") % {"matter": matter.title},
        "issuer": programme.name,
        "date": _("%(year)d年%(month)d月%(day)d日")
        % {"year": today.year, "month": today.month, "day": today.day},
        "facts": facts,
        "headings": {
            "ranking": _("一、排名与金额"),
            "reasons": _("二、测算依据"),
            "dissent": _("三、分歧与未达标情况"),
            "publicity": _("四、公示安排"),
            "none": _("无"),
        },
        "columns": [
            _("序号"),
            _("受理编号"),
            _("申请人"),
            _("得分"),
            _("测算上限（元）"),
            _("拟支持（元）"),
            _("累计（元）"),
            _("结果"),
        ],
        "ranking": [_ranked(place) for place in places],
        "reasons": [text for place in places for text in _reasons(place.case)],
        "dissent": _dissent([place.case for place in places]),
        "publicity": [
            _("拟支持名单公示%(days)s个工作日，公示内容：%(shows)s。")
            % {"days": plan.days, "shows": "、".join(_shows()[shown] for shown in plan.shows)},
            _("依据：%(clause)s") % {"clause": plan.clause or matter.clause},
        ],
    }


def _shows() -> dict[str, str]:
    return {
        "party": _("申请人"),
        "measure": _("事项"),
        "amount": _("拟支持金额"),
        "clause": _("依据条款"),
        "unit": _("经办单位"),
    }


def _ranked(place: Place) -> list[str]:
    case = place.case
    if not place.within_quota:
        outcome = _("名额外")
    elif not place.within_pot:
        outcome = _("超出资金")
    else:
        outcome = _("拟支持")
    return [
        str(place.number),
        case.number,
        case.party.name,
        f"{case.score:.2f}" if case.score is not None else "—",
        format_yuan(case.ceiling_fen or 0),
        format_yuan(place.amount_fen),
        format_yuan(place.total_fen),
        outcome,
    ]


def _reasons(case: Case) -> list[str]:
    asked = asked_of(case)
    if asked is None:
        return []
    line = line_of(asked)
    steps = "；".join(line.steps)
    told = f"{case.number} {case.party.name}：{line.sentence}"
    return [f"{told}（{line.clause}）" + (f" {steps}" if steps else "")]


def _dissent(cases: Sequence[Case]) -> list[str]:
    keys = {str(case.pk): case for case in cases}
    found = []
    for item in Item.objects.filter(subject_type="cases.case", subject_id__in=keys).select_related("result"):
        result = getattr(item, "result", None)
        case = keys[item.subject_id]
        if result is None:
            continue
        if result.details.get("diverged"):
            spread = {"number": case.number, "spread": result.details.get("spread", "")}
            found.append(_("%(number)s：各评委总分分歧较大（相差%(spread)s）。") % spread)
        if not result.passed:
            found.append(_("%(number)s：评审未达合格线。") % {"number": case.number})
    for case in cases:
        if case.status != "met" and case.status:
            found.append(_("%(number)s：按现有数据尚不符合全部条件。") % {"number": case.number})
    return found
