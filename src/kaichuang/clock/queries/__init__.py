from kaichuang.clock.queries.calendars import (
    add_working_days,
    calendar_of,
    is_working_day,
    next_working_day,
    working_calendar,
    working_days_between,
)
from kaichuang.clock.queries.deadlines import days_left, deadlines_for, deadlines_of
from kaichuang.clock.queries.today import business_date

__all__ = [
    "add_working_days",
    "business_date",
    "calendar_of",
    "days_left",
    "deadlines_for",
    "deadlines_of",
    "is_working_day",
    "next_working_day",
    "working_calendar",
    "working_days_between",
]
