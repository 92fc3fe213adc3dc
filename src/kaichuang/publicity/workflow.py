"""The states of an announcement, its lines and the objections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.permissions import anyone, system_only
from kaichuang.kit.problems import Problem
from kaichuang.publicity import permissions
from kaichuang.publicity.enums import AnnouncementState, LineState, ObjectionState
from kaichuang.publicity.models import Announcement


def _has_lines(announcement: Announcement, now: datetime) -> Iterable[Problem]:
    if not announcement.lines.exists():
        yield Problem("no_lines", gettext("公示名单是空的，不能发布。"))


ANNOUNCEMENTS = Workflow(
    Move(
        "open",
        _("发布公示"),
        (AnnouncementState.DRAFT,),
        AnnouncementState.OPEN,
        permissions.may_open,
        guards=(_has_lines,),
    ),
    Move("close", _("公示期满"), (AnnouncementState.OPEN,), AnnouncementState.CLOSED, system_only),
    Move(
        "withdraw",
        _("撤回公示"),
        (AnnouncementState.DRAFT, AnnouncementState.OPEN),
        AnnouncementState.WITHDRAWN,
        permissions.may_withdraw,
        needs_reason=True,
    ),
)

LINES = Workflow(
    Move("contest", _("中止"), (LineState.LISTED,), LineState.CONTESTED, permissions.may_move_line),
    Move("relist", _("恢复公示"), (LineState.CONTESTED,), LineState.LISTED, permissions.may_move_line),
    Move("clear", _("公示通过"), (LineState.LISTED,), LineState.CLEARED, system_only),
    Move(
        "strike",
        _("撤下"),
        (LineState.LISTED, LineState.CONTESTED),
        LineState.STRUCK,
        permissions.may_move_line,
        needs_reason=True,
    ),
    Move(
        "withdraw",
        _("随公示撤回"),
        (LineState.LISTED, LineState.CONTESTED),
        LineState.WITHDRAWN,
        permissions.may_move_line,
    ),
)

OBJECTIONS = Workflow(
    Move(
        "accept",
        _("受理核查"),
        (ObjectionState.LODGED,),
        ObjectionState.ACCEPTED,
        permissions.may_handle,
    ),
    Move(
        "refuse",
        _("不予受理"),
        (ObjectionState.LODGED,),
        ObjectionState.NOT_ACCEPTED,
        permissions.may_handle,
        needs_reason=True,
    ),
    Move(
        "uphold",
        _("异议成立"),
        (ObjectionState.ACCEPTED,),
        ObjectionState.UPHELD,
        permissions.may_handle,
        needs_reason=True,
    ),
    Move(
        "dismiss",
        _("异议不成立"),
        (ObjectionState.ACCEPTED,),
        ObjectionState.DISMISSED,
        permissions.may_handle,
        needs_reason=True,
    ),
    # Who has lodged it is asked by the operation: by login, or by the receipt code.
    Move(
        "retract",
        _("提出人撤回"),
        (ObjectionState.LODGED, ObjectionState.ACCEPTED),
        ObjectionState.WITHDRAWN,
        anyone,
    ),
)
