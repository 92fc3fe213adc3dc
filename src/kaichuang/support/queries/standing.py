"""Why money of a case must not be paid at the moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.queries.cases import state_of
from kaichuang.cases.queries.computing import barred_among, parties_of
from kaichuang.clock.queries import business_date
from kaichuang.publicity.enums import LineState
from kaichuang.publicity.models import Line
from kaichuang.publicity.queries.lists import last_lines
from kaichuang.support.models import Recovery, RecoveryState

_PAYING = ("payment", "after")
"""Stages in which tranches are paid."""


def hold_backs_of(cases: Sequence[Case], now: datetime) -> dict[int, str]:
    """For each case the reason in words; empty where nothing stands in the way. The cases are as the database has them."""
    keys = [case.pk for case in cases]
    recovering = set(
        Recovery.objects.filter(case__in=keys, state=RecoveryState.OPEN)
        .order_by()
        .values_list("case", flat=True)
    )
    lines = last_lines("cases.case", [str(key) for key in keys])
    barred = {
        day: barred_among([case for case in cases if business_date(case.programme, now) == day], day)
        for day in {business_date(case.programme, now) for case in cases}
    }
    return {
        case.pk: _why(
            case,
            recovering=case.pk in recovering,
            barred=not barred[business_date(case.programme, now)].isdisjoint(parties_of(case)),
            line=lines.get(str(case.pk)),
        )
        for case in cases
    }


def _why(case: Case, *, recovering: bool, barred: bool, line: Line | None) -> str:
    state = state_of(case)
    if state.outcome != "granted" and (state.kind == "end" or state.stage not in _PAYING):
        return _("该件目前为“%(state)s”，停止支付。") % {"state": state.title.zh}
    if recovering:
        return _("该件的资金正在追回，停止支付。")
    if barred:
        return _("该主体处于禁止申报期内，停止支付。")
    if line is not None and line.state == LineState.CONTESTED:
        return _("公示异议正在核查，停止支付。")
    return ""
