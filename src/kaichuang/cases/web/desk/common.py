"""What the pages of public servants share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.cases.models import Case, Matter
from kaichuang.cases.permissions import READERS
from kaichuang.cases.queries.cases import cases_for
from kaichuang.cases.queries.queue import state_of
from kaichuang.clock.problems import CalendarMissing
from kaichuang.clock.working_days import WorkingCalendar
from kaichuang.entitlement.words import language, localised, words
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import any_role, require
from kaichuang.parties.models import Role
from kaichuang.ui.components.badges import badge

may_see_desk = any_role(*READERS)
FORM = ["GET", "HEAD", "POST"]

STAGE_LABELS = {
    "draft": gettext_lazy("填报"),
    "acceptance": gettext_lazy("受理"),
    "review": gettext_lazy("审核评审"),
    "publicity": gettext_lazy("公示"),
    "decision": gettext_lazy("审定"),
    "payment": gettext_lazy("拨付"),
    "after": gettext_lazy("后续监管"),
    "closed": gettext_lazy("办结"),
}
OUTCOME_TONES = {
    "granted": "success",
    "refused": "danger",
    "revoked": "danger",
    "withdrawn": "neutral",
    "lapsed": "neutral",
}
DESK_LABELS = {
    "applicant": gettext_lazy("申请人"),
    "lead": gettext_lazy("牵头单位"),
    "leader": gettext_lazy("审定单位"),
    "finance": gettext_lazy("拨款单位"),
    "recommender": gettext_lazy("推荐单位"),
}
"""Desks by the names that the shared workflows use; a bureau's own are shown as they are."""
STATUS_LABELS = {
    "met": gettext_lazy("符合"),
    "not_met": gettext_lazy("不符合"),
    "unknown": gettext_lazy("待定"),
}
STATUS_TONES = {"met": "success", "not_met": "danger", "unknown": "info"}

View = Callable[..., HttpResponseBase]


def for_staff(view: View) -> View:
    """Public servants of the present programme only."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(may_see_desk(request.actor, request.programme))
        answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer

    found: View = login_required(guarded)
    return found


def own_case(request: Request, pk: int) -> Case:
    """A submitted case of the present programme; else 404."""
    rows = cases_for(request.actor).filter(programme=request.programme.pk, submitted_at__isnull=False)
    found: Case = get_object_or_404(rows.select_related("version__pack_version__programme", "round"), pk=pk)
    return found


def is_read_only(request: Request) -> bool:
    """Auditors look; they do not act."""
    return not request.actor.has(Role.OFFICER, Role.LEADER, Role.FINANCE, Role.ADMINISTRATOR, Role.CLERK)


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """From the queue down."""
    return [(_("办件"), reverse("cases:desk")), *more]


def matter_title(matter: Matter) -> str:
    """What a matter is called, for the reader of this request."""
    return (language() == "en" and matter.title_en) or localised(matter.title)


def state_badge(case: Case) -> str:
    """The state in words, with the colour of its meaning."""
    state = state_of(case)
    tone = (
        OUTCOME_TONES[state.outcome] if state.outcome else "warning" if state.desk == "applicant" else "info"
    )
    return badge(words(state.title), tone=tone)


def status_badge(case: Case) -> str:
    """What the rules said when the case was last asked."""
    if not case.status:
        return ""
    return badge(STATUS_LABELS[case.status], tone=STATUS_TONES[case.status])


def working_days_left(due_on: date | None, today: date, calendar: WorkingCalendar) -> int | None:
    """Working days from tomorrow to the last day, as the applicant sees them; None where they cannot be counted."""
    if due_on is None:
        return None
    with suppress(CalendarMissing):
        return calendar.between(today, due_on)
    return None
