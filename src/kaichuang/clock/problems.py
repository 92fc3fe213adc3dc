"""What the clock refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import Problem, Refused


class CalendarMissing(Refused):
    """The calendar does not know a year; nothing is guessed."""

    def __init__(self, calendar: str, year: int) -> None:
        self.calendar, self.year = calendar, year
        message = _(
            "工作日历（%(calendar)s）尚无%(year)s年的数据，无法计算工作日。请管理员按国务院办公厅放假安排通知，"
            "在“工作日历”页面录入该年后重试。"
        ) % {"calendar": calendar, "year": year}
        super().__init__(Problem("calendar_missing", message))


class CalendarUnknown(Refused):
    """There is no calendar of this name."""

    def __init__(self, calendar: str) -> None:
        message = _("没有代号为“%(calendar)s”的工作日历。请在项目设置中选择已有的日历。") % {
            "calendar": calendar
        }
        super().__init__(Problem("calendar_unknown", message, field="calendar"))
