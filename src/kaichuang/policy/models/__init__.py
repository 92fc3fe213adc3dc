from kaichuang.policy.models.clause import Clause, Part, Responsibility, UnitRole
from kaichuang.policy.models.document import Document, Edition, EditionState, Printed
from kaichuang.policy.models.doubt import Doubt, DoubtState
from kaichuang.policy.models.pack import PackVersion
from kaichuang.policy.models.question import Question, QuestionState
from kaichuang.policy.models.reference import Reference

__all__ = [
    "Clause",
    "Document",
    "Doubt",
    "DoubtState",
    "Edition",
    "EditionState",
    "PackVersion",
    "Part",
    "Printed",
    "Question",
    "QuestionState",
    "Reference",
    "Responsibility",
    "UnitRole",
]
