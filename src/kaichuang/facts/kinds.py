"""What reporting tells people, and what it gives them to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.notices.enums import Level
from kaichuang.notices.kinds import NoticeKind, WorkKind

FILL = WorkKind("facts.fill", _("填报%(form)s（%(period)s，%(party)s）"), reminders=(5, 2, 0, -1, -5))
REVIEW = WorkKind("facts.review", _("审核%(form)s（%(period)s，%(party)s）"), reminders=(1, 0, -1))
RETURNED = NoticeKind(
    "facts.returned",
    _("%(form)s（%(period)s）被退回"),
    _("%(reason)s 请按单元格批注修改后重新报送。"),
    level=Level.ACTION,
)
ACCEPTED = NoticeKind("facts.accepted", _("%(form)s（%(period)s）已通过"), _("报表数据已写入。"))
OVERDUE = NoticeKind(
    "facts.overdue",
    _("%(party)s逾期未报%(form)s（%(period)s）"),
    _("应于%(due)s前报送。"),
    level=Level.ACTION,
)
IMPORTED = NoticeKind("facts.imported", _("“%(feed)s”已导入"), _("共%(total)s行，数据时点%(as_of)s。"))
IMPORT_FAILED = NoticeKind(
    "facts.import_failed", _("“%(feed)s”导入失败"), _("%(failure)s"), level=Level.ACTION
)
WORK = (FILL, REVIEW)
NOTICES = (RETURNED, ACCEPTED, OVERDUE, IMPORTED, IMPORT_FAILED)
