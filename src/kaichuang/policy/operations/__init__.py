from kaichuang.policy.operations.adopt_pack import adopt_pack
from kaichuang.policy.operations.ask import answer, ask, decline, rate, route
from kaichuang.policy.operations.correct import accept_correction, keep_printed
from kaichuang.policy.operations.import_document import import_document
from kaichuang.policy.operations.lifecycle import check_edition, publish, renew, repeal, withdraw

__all__ = [
    "accept_correction",
    "adopt_pack",
    "answer",
    "ask",
    "check_edition",
    "decline",
    "import_document",
    "keep_printed",
    "publish",
    "rate",
    "renew",
    "repeal",
    "route",
    "withdraw",
]
