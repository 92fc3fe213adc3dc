"""What the journal calls things, as events of a timeline."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kaichuang.journal.models import Entry
from kaichuang.publicity.enums import AnnouncementState, ObjectionState
from kaichuang.publicity.workflow import ANNOUNCEMENTS, OBJECTIONS
from kaichuang.ui.components.history import Event

_ACTIONS = {
    "draft": _("起草公示"),
    "revise": _("修改草稿"),
    "settle": _("全部办结"),
    "clear_lines": _("名单公示通过"),
    "contest_lines": _("名单中止"),
    "relist_lines": _("名单恢复公示"),
    "strike_lines": _("名单撤下"),
    "withdraw_lines": _("名单随公示撤回"),
    "lodge": _("提交异议"),
    "call": _("已电话告知处理结果"),
    "reveal": _("查看提出人信息"),
}
_STATES = {
    "publicity.announcement": dict(AnnouncementState.choices),
    "publicity.objection": dict(ObjectionState.choices),
}


def action_label(entry: Entry) -> str:
    moves = ANNOUNCEMENTS if entry.subject_type == "publicity.announcement" else OBJECTIONS
    known = {step.name: step.label for step in moves} | _ACTIONS
    return str(known.get(entry.action, entry.action))


def events_of(entries: Iterable[Entry], *, names: bool = True) -> list[Event]:
    """The history; without `names` for readers who are not public servants."""
    return [_event(entry, names) for entry in entries]


def _event(entry: Entry, names: bool) -> Event:
    states = _STATES.get(entry.subject_type, {})
    text = entry.reason if names else ""
    if count := entry.payload.get("count"):
        lines = ngettext("%(n)d 项", "%(n)d 项", count) % {"n": count}
        text = gettext("%(lines)s：第 %(positions)s 项") % {
            "lines": lines,
            "positions": entry.payload.get("positions", ""),
        }
    return Event(
        at=entry.at,
        title=action_label(entry),
        actor=entry.actor_name if names else "",
        text=text,
        before=str(states.get(entry.from_state, "")),
        after=str(states.get(entry.to_state, "")),
    )
