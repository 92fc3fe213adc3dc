"""What can be told and what can be to do: every context registers its kinds, once, in `AppConfig.ready()`.

    kinds.register(NoticeKind("cases.decided", _("“%(matter)s”已作出决定"), _("…"), level=Level.ACTION))
    kinds.register_work(WorkKind("cases.review", _("评审“%(matter)s”"), reminders=(3, 1, 0, -1)))

Texts are lazy and take the params by name, so that each reader gets them in their own language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import type_str
from kaichuang.notices.enums import Level


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice: its title and body with named places for the params."""

    code: str
    title: type_str
    body: type_str = ""
    level: str = Level.INFO


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One kind of work. `reminders` are days before the due date; negative ones come after it.

    `manual` work is closed by hand on the work list; other work is closed by the operation that does it.
    """

    code: str
    title: type_str
    reminders: tuple[int, ...] = (3, 1, 0, -1)
    manual: bool = False


_notices: dict[str, NoticeKind] = {}
_works: dict[str, WorkKind] = {}


def register(kind: NoticeKind) -> None:
    _notices[kind.code] = kind


def register_work(kind: WorkKind) -> None:
    _works[kind.code] = kind


def notice_kind(code: str) -> NoticeKind:
    """The kind, or a plain one for a code whose context is gone: old notices must stay readable."""
    return _notices.get(code) or NoticeKind(code, "%(title)s", "%(body)s")


def work_kind(code: str) -> WorkKind:
    return _works.get(code) or WorkKind(code, "%(title)s")


def work_kinds() -> list[WorkKind]:
    return sorted(_works.values(), key=lambda kind: kind.code)


class _Params(dict[str, Any]):
    """Missing params leave a blank instead of an error: a reader is better served by a gap than by nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def fill(text: type_str, params: Mapping[str, Any]) -> str:
    """`text` in the current language with the params in their places."""
    return (str(text) % _Params(params)).strip()


MESSAGE = NoticeKind("notices.message", "%(title)s", "%(body)s")
WORK_OPENED = NoticeKind("notices.work_opened", _("新的待办：%(work)s"), "", level=Level.ACTION)
WORK_OPENED_DUE = NoticeKind(
    "notices.work_opened_due",
    _("新的待办：%(work)s"),
    _("请于%(due)s前办结。"),
    level=Level.ACTION,
)
WORK_REMINDER = NoticeKind(
    "notices.work_reminder", _("待办提醒：%(work)s"), _("应于%(due)s前办结。"), level=Level.ACTION
)
WORK_OVERDUE = NoticeKind(
    "notices.work_overdue", _("待办逾期：%(work)s"), _("应于%(due)s前办结，已经逾期。"), level=Level.URGENT
)
WORK_URGED = NoticeKind(
    "notices.work_urged", _("催办：%(work)s"), _("%(by)s请您尽快办理。%(due)s"), level=Level.URGENT
)
TASK = WorkKind("notices.task", "%(title)s", manual=True)
"""Work without a context of its own, written by hand."""

OWN = (MESSAGE, WORK_OPENED, WORK_OPENED_DUE, WORK_REMINDER, WORK_OVERDUE, WORK_URGED)
