"""Bring a parsed document into the library."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Programme
from kaichuang.policy import importing
from kaichuang.policy.models import (
    Clause,
    Document,
    Doubt,
    Edition,
    Part,
    Reference,
    Responsibility,
    UnitRole,
)
from kaichuang.policy.operations.part_codes import is_taken, part_codes
from kaichuang.policy.operations.units import UnitBook
from kaichuang.policy.paths import path_of
from kaichuang.policy.permissions import may_edit_library

_STATUS = {
    "失效": "expired",
    "已失效": "expired",
    "废止": "repealed",
    "已废止": "repealed",
    "现行有效": "in_force",
    "有效": "in_force",
}
_LONGEST_HEADING = 300
_FURTHER = (
    "page_title", "addressees", "registration_number", "index_number", "theme", "source", "approved_by",
    "approved_on", "disclosure", "annexes", "responsible",
)  # fmt: skip


def import_document(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    code: str,
    parsed: importing.ParsedDocument,
    file_name: str = "",
) -> Edition:
    """Store the text as a new edition of the document `code`, to be checked; gists of an outline are carried over.

    Raises `Refused` when another programme uses the code, or when the same text is there already.
    """
    require(may_edit_library(actor, programme.pk))
    sha256 = hashlib.sha256(parsed.text.encode()).hexdigest()
    with transaction.atomic():
        document = _document(programme, code, parsed)
        if document.editions.exclude(state="withdrawn").filter(sha256=sha256).exists():
            raise Refused(Problem("text_known", _("同样的原文已经导入过。"), field="file"))
        edition = _edition(document, parsed, sha256, file_name, now)
        _Writer(edition, parsed).write()
        _carry_over(edition)
        record(
            actor=actor,
            now=now,
            action="import",
            subject=edition,
            scope=programme.slug,
            to_state=edition.state,
            payload={"file": file_name, "sha256": sha256, "doubts": len(parsed.warnings)},
        )
    return edition


def _document(programme: Programme, code: str, parsed: importing.ParsedDocument) -> Document:
    title = parsed.metadata.title or parsed.metadata.page_title or code
    document, _created = Document.objects.select_for_update().get_or_create(
        code=code, defaults={"programme": programme, "title": title[:300]}
    )
    if document.programme_id != programme.pk or is_taken(code, by_other_than=document):
        raise Refused(
            Problem("code_taken", _("引用代号 %s 已被其他项目使用，请换一个。") % code, field="code")
        )
    return document


def _edition(
    document: Document, parsed: importing.ParsedDocument, sha256: str, file_name: str, now: datetime
) -> Edition:
    metadata = parsed.metadata.to_json()
    last = document.editions.aggregate(last=Max("ordinal"))["last"] or 0
    return Edition.objects.create(
        document=document,
        ordinal=last + 1,
        title=(parsed.metadata.title or document.title)[:300],
        issuer=parsed.metadata.issuer or "",
        number=parsed.metadata.document_number or "",
        signed_on=parsed.metadata.signed_on,
        published_on=parsed.metadata.published_on,
        effective_on=parsed.metadata.effective_on,
        expires_on=parsed.metadata.expires_on,
        printed_status=_STATUS.get(parsed.metadata.status or "", ""),
        metadata={name: metadata[name] for name in _FURTHER if metadata[name]},
        text=parsed.text,
        file_name=file_name,
        sha256=sha256,
        unplaced=[record.to_json() for record in parsed.unplaced],
        imported_at=now,
    )


@dataclass
class _Writer:
    """Writes the rows below an edition, parents before children."""

    edition: Edition
    parsed: importing.ParsedDocument
    position: int = 0

    def write(self) -> None:
        units = UnitBook(self.edition.document.programme)
        by_line: dict[int, Clause] = {}
        codes = part_codes(self.edition.document, self.parsed)
        for position, (part, code) in enumerate(zip(self.parsed.parts, codes, strict=True)):
            row = self._part(position, part, code)
            taken: set[str] = set()
            for clause in part.clauses:
                self._clause(row, clause, None, [], taken, units, by_line)
        self._references(by_line)
        Doubt.objects.bulk_create(
            Doubt(
                edition=self.edition,
                position=number,
                code=doubt.code,
                line=doubt.line,
                found=doubt.found,
                proposed=doubt.proposed or "",
                message=doubt.message,
            )
            for number, doubt in enumerate(self.parsed.warnings)
        )

    def _part(self, position: int, part: importing.Part, code: str) -> Part:
        return Part.objects.create(
            edition=self.edition,
            position=position,
            kind=part.kind,
            code=code,
            title=(part.title or "")[:300],
            addressees=part.addressees.text if part.addressees else "",
            preamble=[piece.text for piece in part.preamble],
            closing=[piece.text for piece in part.closing],
            signature=[piece.text for piece in part.signature],
        )

    def _clause(
        self,
        part: Part,
        clause: importing.Clause,
        parent: Clause | None,
        above: list[str],
        taken: set[str],
        units: UnitBook,
        by_line: dict[int, Clause],
    ) -> None:
        numbers = [*above, clause.number]
        heading = clause.heading.text if clause.heading else ""
        # What is too long for a heading is text, so that no character is lost.
        body = [] if len(heading) <= _LONGEST_HEADING else [heading]
        row = Clause.objects.create(
            edition=self.edition,
            part=part,
            parent=parent,
            position=self.position,
            level=len(numbers),
            number=clause.number[:30],
            path=_free(path_of(numbers), taken),
            heading="" if body else heading,
            paragraphs=[*body, *(piece.text for piece in clause.paragraphs)],
            items=[piece.text for piece in clause.items],
            line=clause.line,
        )
        self.position += 1
        for piece in clause.pieces():
            by_line.setdefault(piece.line, row)
        self._responsible(row, clause, units)
        for child in clause.children:
            self._clause(part, child, row, numbers, taken, units, by_line)

    def _responsible(self, row: Clause, clause: importing.Clause, units: UnitBook) -> None:
        seen: set[int] = set()
        for position, named in enumerate(clause.responsible):
            unit = units.find(named.unit)
            if unit.pk in seen:
                continue
            seen.add(unit.pk)
            says_lead, says_with = (
                "牵头" in named.role,
                any(word in named.role for word in ("配合", "协助", "参与")),
            )
            Responsibility.objects.create(
                clause=row,
                unit=unit,
                printed=named.unit[:120],
                role=UnitRole.LEAD
                if says_lead or (len(seen) == 1 and not says_with)
                else UnitRole.COOPERATING,
                is_read=not says_lead and not says_with,
                position=position,
            )

    def _references(self, by_line: dict[int, Clause]) -> None:
        for citation in self.parsed.metadata.cites:
            if not citation.number and not citation.title:
                continue
            Reference.objects.create(
                edition=self.edition,
                clause=by_line.get(citation.line),
                number=(citation.number or "")[:60],
                title=(citation.title or "")[:300],
                printed=citation.printed,
                line=citation.line,
                target=resolve(citation.number or "", citation.title or ""),
            )


def resolve(number: str, title: str) -> Document | None:
    """The library's document of that full number, else of that exact title; never by a part of either."""
    if number:
        found = Document.objects.filter(editions__number=number).distinct()[:2]
        return found[0] if len(found) == 1 else None
    found = Document.objects.filter(editions__title=title).distinct()[:2]
    return found[0] if len(found) == 1 else None


def _free(path: str, taken: set[str]) -> str:
    """`path`, or with ~2, ~3 … where the text itself repeats a number (which is flagged as a doubt)."""
    wanted, count = path[:110], 1
    while wanted in taken:
        count += 1
        wanted = f"{path[:110]}~{count}"
    taken.add(wanted)
    return wanted


def _carry_over(edition: Edition) -> None:
    """What a pack says in its own words about a clause stays beside the full text, and so do the units that it reads
    into clauses whose text names none."""
    outlines = Clause.objects.filter(edition__document=edition.document, edition__outline_only=True)
    known = {
        (clause.part.code, clause.path): clause
        for clause in outlines.select_related("part")
        .prefetch_related("responsibilities")
        .order_by("edition__ordinal")
    }
    changed, duties = [], []
    for clause in edition.clauses.select_related("part").prefetch_related("responsibilities"):
        outline = known.get((clause.part.code, clause.path))
        if outline is None:
            continue
        clause.gist, clause.gist_en = outline.gist, outline.gist_en
        clause.heading_en, clause.figures = outline.heading_en, outline.figures
        changed.append(clause)
        if not clause.responsibilities.all():
            duties += [_copied(duty, clause) for duty in outline.responsibilities.all()]
    Clause.objects.bulk_update(changed, ["gist", "gist_en", "heading_en", "figures"])
    Responsibility.objects.bulk_create(duties)


def _copied(duty: Responsibility, clause: Clause) -> Responsibility:
    return Responsibility(
        clause=clause,
        unit_id=duty.unit_id,
        printed=duty.printed,
        role=duty.role,
        is_read=True,
        position=duty.position,
    )
