from kaichuang.places.models.division import Division, Succession
from kaichuang.places.models.programme import Programme

__all__ = ["Division", "Programme", "Succession"]
