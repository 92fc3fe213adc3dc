from kaichuang.policy.models.book import Book, BookEntry, BookState
from kaichuang.policy.models.clause import Clause, Part, Responsibility, UnitRole
from kaichuang.policy.models.document import Document, Edition, EditionState, Printed
from kaichuang.policy.models.doubt import Doubt, DoubtState
from kaichuang.policy.models.draft import Draft
from kaichuang.policy.models.pack import PackVersion
from kaichuang.policy.models.question import Question, QuestionState
from kaichuang.policy.models.reference import Reference
from kaichuang.policy.models.use import ClauseUse

__all__ = [
    "Book",
    "BookEntry",
    "BookState",
    "Clause",
    "ClauseUse",
    "Document",
    "Doubt",
    "DoubtState",
    "Draft",
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
