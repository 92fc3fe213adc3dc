"""The outlines of a pack's documents, readable before anybody has imported the full text."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db.models import Max

from kaichuang.packs.loader import Pack
from kaichuang.packs.schema.documents import Document as PackDocument
from kaichuang.packs.schema.documents import OutlineEntry
from kaichuang.places.models import Programme
from kaichuang.policy.models import (
    Clause,
    Document,
    Edition,
    EditionState,
    Part,
    Reference,
    Responsibility,
    UnitRole,
)
from kaichuang.policy.operations.import_document import resolve
from kaichuang.policy.operations.units import UnitBook

_NUMBERS = re.compile(r"[一二三四五六七八九十]+|\([一二三四五六七八九十]+\)|\d+")
_PREAMBLE, _CLOSING = "前言", "末"


def publish_outlines(*, programme: Programme, pack: Pack, now: datetime) -> None:
    """Make an edition of every document's outline; of a document whose full text is here, only the gists are renewed."""
    annexes = {
        document.annex_of: document for document in pack.own.documents if document.annex_of is not None
    }
    for document in pack.own.documents:
        if document.annex_of is None:
            _publish(programme, pack, document, annexes.get(document.id), now)
    _resolve_references(programme)


def _publish(
    programme: Programme, pack: Pack, source: PackDocument, annex: PackDocument | None, now: datetime
) -> None:
    document, _created = Document.objects.update_or_create(
        code=source.id,
        defaults={
            "programme": programme,
            "pack": pack.id,
            "annex_code": annex.id if annex is not None else "",
            "title": source.title.zh,
            "title_en": source.title.en or "",
        },
    )
    full = document.editions.filter(outline_only=False).exclude(state=EditionState.WITHDRAWN).last()
    if full is not None:
        _renew_gists(full, [source, *([annex] if annex is not None else [])])
        return
    document.editions.filter(outline_only=True).delete()
    edition = _edition(document, source, now)
    units = _units(programme, pack)
    position = 0
    for index, one in enumerate(filter(None, (source, annex))):
        position = _part(edition, one, index, position, pack, units)
    Reference.objects.bulk_create(
        Reference(edition=edition, number=basis.number, title=basis.title.zh) for basis in source.basis
    )


def _edition(document: Document, source: PackDocument, now: datetime) -> Edition:
    last = document.editions.aggregate(last=Max("ordinal"))["last"] or 0
    return Edition.objects.create(
        document=document,
        ordinal=last + 1,
        state=EditionState.PUBLISHED,
        outline_only=True,
        title=source.title.zh,
        issuer=source.issuer.zh if source.issuer is not None else "",
        number=source.number,
        signed_on=source.signed,
        published_on=source.published,
        effective_on=source.validity.from_,
        expires_on=source.validity.until,
        printed_status="" if source.status == "in_force" else source.status,
        notes=[{"zh": note.zh, "en": note.en or ""} for note in source.notes],
        imported_at=now,
        issued_at=now,
    )


def _part(
    edition: Edition, source: PackDocument, index: int, position: int, pack: Pack, units: dict[str, Any]
) -> int:
    gists: dict[str, list[OutlineEntry]] = {}
    for entry in source.outline:
        gists.setdefault(entry.ref.split("¶")[0], []).append(entry)
    part = Part.objects.create(
        edition=edition,
        position=index,
        kind="annex" if source.annex_of is not None else "body",
        code=source.id,
        title=source.title.zh,
        preamble=_words(gists.pop(_PREAMBLE, [])),
        closing=_words(gists.pop(_CLOSING, [])),
    )
    rows: dict[str, Clause] = {}
    for ref, entries in gists.items():
        numbers = _NUMBERS.findall(ref)
        rows[ref] = Clause.objects.create(
            edition=edition,
            part=part,
            parent=rows.get("".join(numbers[:-1])),
            position=position,
            level=len(numbers),
            number=numbers[-1],
            path=ref,
            heading=entries[0].heading.zh,
            **_gist(entries),
        )
        position += 1
    _responsibilities(rows, source, pack, units)
    return position


def _gist(entries: list[OutlineEntry]) -> dict[str, Any]:
    return {
        "heading_en": entries[0].heading.en or "",
        "gist": "\n".join(_words(entries)),
        "gist_en": "\n".join(entry.gist.en for entry in entries if entry.gist is not None and entry.gist.en),
        "figures": [
            {"value": figure.value, "unit": figure.unit, "zh": figure.means.zh, "en": figure.means.en or ""}
            for entry in entries
            for figure in entry.figures
        ],
    }


def _words(entries: list[OutlineEntry]) -> list[str]:
    return [entry.gist.zh for entry in entries if entry.gist is not None]


def _units(programme: Programme, pack: Pack) -> dict[str, Any]:
    book = UnitBook(programme)
    return {unit.id: book.find(unit.name.zh) for unit in pack.own.units}


def _responsibilities(
    rows: dict[str, Clause], source: PackDocument, pack: Pack, units: dict[str, Any]
) -> None:
    duties: list[Responsibility] = []
    for responsibility in pack.own.responsibilities:
        code, _, ref = responsibility.clause.partition(" ")
        clause = rows.get(ref.split("¶")[0])
        if code != source.id or clause is None:
            continue
        named = [responsibility.lead, *responsibility.cooperating]
        duties.extend(
            Responsibility(
                clause=clause,
                unit=units[unit],
                printed=units[unit].name,
                role=UnitRole.COOPERATING if position else UnitRole.LEAD,
                is_read=responsibility.lead_is_read,
                position=position,
            )
            for position, unit in enumerate(dict.fromkeys(named))
        )
    Responsibility.objects.bulk_create(duties, ignore_conflicts=True)


def _renew_gists(edition: Edition, sources: list[PackDocument]) -> None:
    said: dict[tuple[str, str], list[OutlineEntry]] = {}
    for source in sources:
        for entry in source.outline:
            said.setdefault((source.id, entry.ref.split("¶")[0]), []).append(entry)
    changed = []
    for clause in edition.clauses.select_related("part"):
        entries = said.get((clause.part.code, clause.path))
        if entries:
            for name, value in _gist(entries).items():
                setattr(clause, name, value)
            changed.append(clause)
    Clause.objects.bulk_update(changed, ["heading_en", "gist", "gist_en", "figures"])


def _resolve_references(programme: Programme) -> None:
    """Citations that pointed nowhere may find their document now."""
    for reference in Reference.objects.filter(target=None, edition__document__programme=programme):
        target = resolve(reference.number, reference.title)
        if target is not None:
            reference.target = target
            reference.save(update_fields=["target"])
