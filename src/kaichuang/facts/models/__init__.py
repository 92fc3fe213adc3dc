from kaichuang.facts.models.definition import Definition, ValueType
from kaichuang.facts.models.observation import Observation, Source
from kaichuang.facts.models.origin import Origin
from kaichuang.facts.models.subject import Subject

__all__ = ["Definition", "Observation", "Origin", "Source", "Subject", "ValueType"]
