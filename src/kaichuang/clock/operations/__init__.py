from kaichuang.clock.operations.deadlines import (
    meet_deadline,
    meet_deadlines,
    pause_deadline,
    resume_deadline,
    start_deadline,
    start_deadlines,
)
from kaichuang.clock.operations.edit_calendar import clear_day, set_day, set_days
from kaichuang.clock.operations.find_overdue import find_overdue, on_overdue
from kaichuang.clock.operations.import_days import export_days, import_days
from kaichuang.clock.operations.load_calendar import load_calendar

__all__ = [
    "clear_day",
    "export_days",
    "find_overdue",
    "import_days",
    "load_calendar",
    "meet_deadline",
    "meet_deadlines",
    "on_overdue",
    "pause_deadline",
    "resume_deadline",
    "set_day",
    "set_days",
    "start_deadline",
    "start_deadlines",
]
