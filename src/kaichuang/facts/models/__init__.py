from kaichuang.facts.models.definition import Definition, ValueType
from kaichuang.facts.models.form import Form, Respondent
from kaichuang.facts.models.importing import Feed, ImportRun
from kaichuang.facts.models.observation import Observation, Source
from kaichuang.facts.models.origin import Origin
from kaichuang.facts.models.report import Report
from kaichuang.facts.models.subject import Subject

__all__ = [
    "Definition",
    "Feed",
    "Form",
    "ImportRun",
    "Observation",
    "Origin",
    "Report",
    "Respondent",
    "Source",
    "Subject",
    "ValueType",
]
