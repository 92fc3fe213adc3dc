"""What cases have to tell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.notices.enums import Level
from kaichuang.notices.kinds import NoticeKind, WorkKind

ACT = WorkKind("cases.act", _("%(state)s：%(matter)s %(number)s"))
MOVED = NoticeKind("cases.moved", _("“%(matter)s”（%(number)s）：%(state)s"), _("%(reason)s"))
OVERDUE = NoticeKind(
    "cases.overdue",
    _("%(number)s 已超过办理时限：%(state)s"),
    _("请尽快办理，或说明原因。"),
    level=Level.URGENT,
)
OFFERED = NoticeKind(
    "cases.offered",
    _("您可以直接享受“%(matter)s”"),
    _("按已有数据您符合条件，无须申报。请核对金额、确认收款账户后点击“确认享受”。"),
    level=Level.ACTION,
)
