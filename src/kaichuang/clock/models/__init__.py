from kaichuang.clock.models.calendar import NATIONAL, Calendar
from kaichuang.clock.models.day import WORKED, Day, DayKind
from kaichuang.clock.models.deadline import Deadline, Pause

__all__ = ["NATIONAL", "WORKED", "Calendar", "Day", "DayKind", "Deadline", "Pause"]
