from kaichuang.publicity.operations.announce import announce, revise_draft
from kaichuang.publicity.operations.call import note_call
from kaichuang.publicity.operations.close import close_due
from kaichuang.publicity.operations.decide import decide_objection
from kaichuang.publicity.operations.lodge import lodge_objection
from kaichuang.publicity.operations.open import open_announcement, withdraw_announcement
from kaichuang.publicity.operations.reveal import reveal_author
from kaichuang.publicity.operations.triage import accept_objection, refuse_objection, retract_objection

__all__ = [
    "accept_objection",
    "announce",
    "close_due",
    "decide_objection",
    "lodge_objection",
    "note_call",
    "open_announcement",
    "refuse_objection",
    "retract_objection",
    "reveal_author",
    "revise_draft",
    "withdraw_announcement",
]
