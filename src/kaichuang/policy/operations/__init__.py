from kaichuang.policy.operations.adopt_pack import adopt_into, adopt_pack
from kaichuang.policy.operations.ask import answer, ask, decline, rate, route
from kaichuang.policy.operations.books import compile_book, make_again, release_book
from kaichuang.policy.operations.correct import accept_correction, keep_printed, settle_doubts
from kaichuang.policy.operations.describe import describe
from kaichuang.policy.operations.drafts import discard_draft, import_draft, parse_draft, upload
from kaichuang.policy.operations.import_document import import_document
from kaichuang.policy.operations.lifecycle import check_edition, publish, renew, repeal, withdraw

__all__ = [
    "accept_correction",
    "adopt_into",
    "adopt_pack",
    "answer",
    "ask",
    "check_edition",
    "compile_book",
    "decline",
    "describe",
    "discard_draft",
    "import_document",
    "import_draft",
    "keep_printed",
    "make_again",
    "parse_draft",
    "publish",
    "rate",
    "release_book",
    "renew",
    "repeal",
    "route",
    "settle_doubts",
    "upload",
    "withdraw",
]
