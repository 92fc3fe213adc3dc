"""The history of a case in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models import Case, Stay
from kaichuang.cases.web.desk.common import working_days_left
from kaichuang.clock.queries.calendars import calendar_of
from kaichuang.clock.working_days import WorkingCalendar
from kaichuang.entitlement.words import words
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import ActorKind
from kaichuang.ui.components.history import Event

_ACTIONS = {
    "begin": _("建立草稿"),
    "add_paper": _("上传材料"),
    "place_paper": _("材料归到行"),
    "remove_paper": _("撤下材料"),
    "establish": _("核定数据"),
    "take_dossier": _("下载一户一档"),
    "issue": _("出具文书"),
    "rule_on_use": _("决定专项以外支出的处理"),
    "claimed_back": _("要求退回资金"),
    "came_back": _("应退资金已收齐"),
    "written_off": _("应退资金已核销"),
    "not_publicised": _("未能列入公示"),
    "not_decided": _("未能批准"),
}


def events_of(case: Case, entries: Iterable[Entry]) -> list[Event]:
    """The journal of a case, the newest first."""
    workflow = case.version.file.workflow
    states = {state.id: words(state.title) for state in workflow.states}
    moves = {move.id: words(move.title) for move in workflow.moves}
    titles = {name: str(label) for name, label in _ACTIONS.items()} | moves
    events = [
        Event(
            at=entry.at,
            title=titles.get(entry.action, entry.action),
            actor=str(_("平台")) if entry.actor_kind == ActorKind.SYSTEM else entry.actor_name,
            text=entry.reason,
            before=states.get(entry.from_state, entry.from_state),
            after=states.get(entry.to_state, entry.to_state),
        )
        for entry in entries
    ]
    return events[::-1]


@dataclass(frozen=True, slots=True)
class StayLine:
    """One stay: where, at whose desk, how long, in time or not."""

    stay: Stay
    title: str
    today: date
    calendar: WorkingCalendar

    @property
    def left(self) -> int | None:
        """Working days left, of the stay that lasts."""
        return working_days_left(self.due_on, self.today, self.calendar) if not self.stay.left_at else None

    @property
    def due_on(self) -> date | None:
        if self.stay.left_at is None and self.stay.deadline is not None:
            return self.stay.deadline.due_on
        return self.stay.due_on


def stays_of(case: Case, today: date) -> list[StayLine]:
    """Every stay of a case in order, with the words of the table."""
    states = {state.id: words(state.title) for state in case.version.file.workflow.states}
    rows = case.stays.select_related("desk", "deadline").order_by("pk")
    calendar = calendar_of(case.programme)
    return [StayLine(stay, states.get(stay.state, stay.state), today, calendar) for stay in rows]
