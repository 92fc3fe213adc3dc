from kaichuang.files.operations.attach import attach, attach_again
from kaichuang.files.operations.end_document import revoke_document, supersede_document
from kaichuang.files.operations.issue_document import issue_document
from kaichuang.files.operations.log_view import log_view
from kaichuang.files.operations.sweep import sweep
from kaichuang.files.operations.withdraw import withdraw_attachment

__all__ = [
    "attach",
    "attach_again",
    "issue_document",
    "log_view",
    "revoke_document",
    "supersede_document",
    "sweep",
    "withdraw_attachment",
]
