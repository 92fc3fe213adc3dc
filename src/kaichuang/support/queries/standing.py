"""Why money of a case must not be paid at the moment."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.queries.cases import state_of
from kaichuang.cases.queries.computing import barred
from kaichuang.clock.queries import business_date
from kaichuang.publicity.enums import LineState
from kaichuang.publicity.queries.lists import lines_about

_PAYING = ("payment", "after")
"""Stages in which tranches are paid."""


def hold_back_of(case: Case, now: datetime) -> str:
    """The reason in words; empty where nothing stands in the way."""
    case = Case.objects.select_related("programme", "version").get(pk=case.pk)
    state = state_of(case)
    if state.outcome != "granted" and (state.kind == "end" or state.stage not in _PAYING):
        return _("该件目前为“%(state)s”，停止支付。") % {"state": state.title.zh}
    if case.recoveries.filter(state="open").exists():
        return _("该件的资金正在追回，停止支付。")
    if barred(case, business_date(case.programme, now)):
        return _("该主体处于禁止申报期内，停止支付。")
    line = lines_about("cases.case", str(case.pk)).first()
    if line is not None and line.state == LineState.CONTESTED:
        return _("公示异议正在核查，停止支付。")
    return ""
