from kaichuang.publicity.models.announcement import Announcement
from kaichuang.publicity.models.line import Line
from kaichuang.publicity.models.objection import Objection

__all__ = ["Announcement", "Line", "Objection"]
