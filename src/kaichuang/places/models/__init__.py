from kaichuang.places.models.division import Division, FormerName, Level, Succession
from kaichuang.places.models.programme import Programme

__all__ = ["Division", "FormerName", "Level", "Programme", "Succession"]
