from kaichuang.clock.models.day import Day
from kaichuang.clock.models.deadline import Deadline, Pause

__all__ = ["Day", "Deadline", "Pause"]
