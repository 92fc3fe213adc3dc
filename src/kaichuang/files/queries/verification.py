"""Is this document genuine? Asked by anybody, with the code or with the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.db.models import QuerySet

from kaichuang.files import codes
from kaichuang.files.enums import DocumentState
from kaichuang.files.models import Document
from kaichuang.files.pdf import reader
from kaichuang.files.store import Received


class Verdict(StrEnum):
    GENUINE = "genuine"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    ALTERED = "altered"
    MISTYPED = "mistyped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer, and the document it is about, if one was found."""

    verdict: Verdict
    document: Document | None = None


_BY_STATE = {
    DocumentState.ISSUED: Verdict.GENUINE,
    DocumentState.REVOKED: Verdict.REVOKED,
    DocumentState.SUPERSEDED: Verdict.SUPERSEDED,
}


def verify_code(text: str) -> Verification:
    """By the code as typed. `MISTYPED` when its check character does not fit: no look-up was needed to say so."""
    code = codes.normalise(text)
    if code is None:
        return Verification(Verdict.MISTYPED)
    document = _documents().filter(code=code).first()
    return Verification(Verdict.UNKNOWN) if document is None else _of(document)


def verify_file(received: Received) -> Verification:
    """By the file: genuine when every byte is as issued; altered when it only carries the code of one of ours."""
    document = _documents().filter(attachment__content=received.sha256).first()
    if document is not None:
        return _of(document)
    for code in codes.codes_in(_text(received.path)):
        document = _documents().filter(code=code).first()
        if document is not None:
            return Verification(Verdict.ALTERED, document)
    return Verification(Verdict.UNKNOWN)


def _documents() -> QuerySet[Document]:
    return Document.objects.select_related("programme", "successor")


def _of(document: Document) -> Verification:
    return Verification(_BY_STATE[DocumentState(document.state)], document)


def _text(path: Path) -> str:
    try:
        return reader.text_of(path)
    except (reader.Encrypted, reader.Unreadable):
        return ""
