"""Under which code the clauses of each part are cited."""

from __future__ import annotations

from kaichuang.policy.importing import ParsedDocument
from kaichuang.policy.models import Document, Part


def part_codes(document: Document, parsed: ParsedDocument) -> list[str]:
    """One code for each part, so that no two parts that number clauses share one.

    The first body has the document's own code; further ones `NHP2`, `NHP3` …; annexes `NHA` (or the code that the
    pack gives them), `NHA2` …; a notice that has clauses of its own beside a body `NHN`.
    """
    counts = {"body": 0, "annex": 0}
    has_body = any(part.kind == "body" and part.clauses for part in parsed.parts)
    codes = []
    for part in parsed.parts:
        counts[part.kind] = counts.get(part.kind, 0) + 1
        number = counts[part.kind]
        code = document.code
        if part.kind == "annex":
            base = document.annex_code or f"{document.code}A"
            code = base if number == 1 else f"{base}{number}"
        elif part.kind == "body" and number > 1:
            code = f"{document.code}P{number}"
        elif part.kind == "notice" and part.clauses and has_body:
            code = f"{document.code}N"
        codes.append(_free(code, document))
    return codes


def is_taken(code: str, *, by_other_than: Document | None) -> bool:
    """Whether clauses of another document are cited under `code`."""
    others = Document.objects.filter(code=code)
    parts = Part.objects.filter(code=code)
    if by_other_than is not None:
        others, parts = others.exclude(pk=by_other_than.pk), parts.exclude(edition__document=by_other_than)
    return others.exists() or parts.exists()


def _free(code: str, document: Document) -> str:
    wanted = code[:12]
    while is_taken(wanted, by_other_than=document):
        wanted = f"{wanted[:11]}X"
        if len(wanted) == 12 and wanted.endswith("XX"):
            break
    return wanted
