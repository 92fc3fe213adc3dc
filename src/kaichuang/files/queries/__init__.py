from kaichuang.files.queries.attachments import attachments_for, attachments_of
from kaichuang.files.queries.documents import documents_for
from kaichuang.files.queries.verification import Verdict, Verification, verify_code, verify_file

__all__ = [
    "Verdict",
    "Verification",
    "attachments_for",
    "attachments_of",
    "documents_for",
    "verify_code",
    "verify_file",
]
