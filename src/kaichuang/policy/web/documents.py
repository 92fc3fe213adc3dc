"""One document: what it is, whether it is in force, and its whole text; and the text beside its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.actor import Actor
from kaichuang.kit.http import Request
from kaichuang.policy.models import Document, Doubt, Edition, EditionState, Part
from kaichuang.policy.paths import plain
from kaichuang.policy.permissions import may_edit_edition
from kaichuang.policy.queries.editions import SHOWN, editions_for
from kaichuang.policy.queries.reading import (
    Branch,
    ReadPart,
    answers_about,
    clause_url,
    document_url,
    gist_of,
    in_language,
    label_of,
    outline_nodes,
    part_anchor,
    read_parts,
    references_of,
)
from kaichuang.policy.queries.validity import validity_of
from kaichuang.policy.web.linking import Linker, chip_of, linker_for
from kaichuang.ui.components.structure import Tab


def open_edition(actor: Actor, code: str, asked: str = "") -> Edition:
    """The current edition of the document `code`, or the one asked for by its ordinal. Raises `Http404`."""
    editions = editions_for(actor).filter(document__code=plain(code))
    if asked:
        found = (
            editions.filter(ordinal=int(asked)).first()
            if asked.isascii() and asked.isdigit() and len(asked) < 5
            else None
        )
    else:
        found = editions.filter(state__in=SHOWN).order_by("-ordinal").first()
    if found is None:
        raise Http404
    return found


def ordinal_if_old(edition: Edition, asked: str) -> int | None:
    """The ordinal to carry on in links, when an edition was asked for by its number."""
    return edition.ordinal if asked else None


@require_safe
def document(request: Request, code: str) -> HttpResponse:
    """The page of a document; the code of an annex leads to its place in the document."""
    asked = request.GET.get("edition", "")
    if not Document.objects.filter(code=code).exists():
        part = (
            Part.objects.filter(code=code, edition__state__in=SHOWN)
            .select_related("edition__document")
            .last()
        )
        if part is None:
            raise Http404
        return redirect(f"{document_url(part.edition.document.code)}#{part_anchor(part)}")
    edition = open_edition(request.actor, code, asked)
    today = business_date(request.programme or None, request.now)
    parts = read_parts(edition)
    references = references_of(edition)
    ordinal = ordinal_if_old(edition, asked)
    doubts = list(edition.doubts.exclude(proposed="")) if not edition.outline_only else []
    linker = linker_for(edition, references, doubts)
    context = {
        "edition": edition,
        "document": edition.document,
        "validity": validity_of(edition, today),
        "today": today,
        "parts": [
            _shown(one.part, one.branches, linker, ordinal, titled=_is_titled(one.part, edition, parts))
            for one in parts
        ],
        "nodes": outline_nodes(parts, document=document_url(edition.document.code, ordinal), ordinal=ordinal),
        "facts": _facts(edition),
        "references": [chip_of(reference) for reference in references],
        "notes": [in_language(note["zh"], note.get("en", "")) for note in edition.notes],
        "editions": list(editions_for(request.actor).filter(document=edition.document).order_by("-ordinal")),
        "answers": answers_about(edition.document)[:5],
        "may_edit": may_edit_edition(request.actor, edition),
        "tabs": document_tabs(request.actor, edition, "read", ordinal),
        "permanent": request.build_absolute_uri(document_url(code, ordinal)),
        "title": in_language(edition.title, edition.document.title_en),
        "crumbs": [(_("政策库"), "/policy/")],
    }
    return render(request, "policy/document.html", context)


@require_safe
def source(request: Request, code: str) -> HttpResponse:
    """The printed lines at the left, what became of them at the right, doubts at their lines."""
    asked = request.GET.get("edition", "")
    edition = open_edition(request.actor, code, asked)
    if edition.outline_only:
        raise Http404
    ordinal = ordinal_if_old(edition, asked)
    context = {
        "edition": edition,
        "document": edition.document,
        "lines": source_lines(edition, ordinal),
        "tabs": document_tabs(request.actor, edition, "source", ordinal),
        "may_edit": may_edit_edition(request.actor, edition),
        "crumbs": [(_("政策库"), "/policy/"), (edition.title, document_url(code, ordinal))],
    }
    return render(request, "policy/source.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source, the clauses that begin there, the doubts found there."""

    number: int
    text: str
    clauses: list[dict[str, Any]]
    doubts: list[Doubt]
    unplaced: str = ""


def source_lines(edition: Edition, ordinal: int | None = None) -> list[Line]:
    """Every line of the source that is not blank."""
    clauses: dict[int, list[dict[str, Any]]] = {}
    for clause in edition.clauses.select_related("part").order_by("position"):
        entry = {
            "number": clause.number,
            "path": clause.path,
            "label": label_of(clause),
            "url": clause_url(clause.part.code, clause.path, ordinal),
            "level": clause.level,
        }
        clauses.setdefault(clause.line or 0, []).append(entry)
    doubts: dict[int, list[Doubt]] = {}
    for doubt in edition.doubts.order_by("position"):
        doubts.setdefault(doubt.line, []).append(doubt)
    unplaced = {record["line"]: _reason(record["reason"]) for record in edition.unplaced}
    lines = edition.text.split("\n")
    return [
        Line(
            number,
            text.rstrip("\r"),
            clauses.get(number, []),
            doubts.get(number, []),
            unplaced.get(number, ""),
        )
        for number, text in enumerate(lines, start=1)
        if text.strip() or number in clauses or number in doubts
    ]


def _reason(printed: str) -> str:
    """What a line outside the clauses is: a detail of the document, or page furniture."""
    return "detail" if printed.startswith(("元数据", "公开属性", "印发机关", "题注", "抄送")) else "page"


def document_tabs(actor: Actor, edition: Edition, active: str, ordinal: int | None = None) -> list[Tab]:
    """The views of a document: text, source, comparison, duties, editing."""
    code = edition.document.code
    suffix = f"?edition={ordinal}" if ordinal is not None else ""
    tabs = [Tab(label=_("全文"), url=document_url(code, ordinal), active=active == "read")]
    if not edition.outline_only:
        tabs.append(
            Tab(label=_("原文对照"), url=f"/policy/{code}/source/{suffix}", active=active == "source")
        )
    if (
        editions_for(actor).filter(document=edition.document).exclude(state=EditionState.WITHDRAWN).count()
        > 1
    ):
        tabs.append(Tab(label=_("版本比较"), url=f"/policy/{code}/compare/", active=active == "compare"))
    tabs.append(Tab(label=_("责任分工"), url=f"/policy/duties/?code={code}", active=False))
    if may_edit_edition(actor, edition):
        tabs.append(Tab(label=_("编校"), url=f"/policy/editions/{edition.pk}/", active=active == "edit"))
    return tabs


def _facts(edition: Edition) -> list[tuple[str, Any]]:
    metadata = edition.metadata
    rows: list[tuple[str, Any]] = [
        (_("发文机关"), edition.issuer),
        (_("发文字号"), edition.number),
        (_("成文日期"), edition.signed_on),
        (_("发布日期"), edition.published_on),
        (_("施行日期"), edition.effective_on),
        (_("有效期至"), edition.expires_on),
        (_("主送"), metadata.get("addressees")),
        (_("登记号"), metadata.get("registration_number")),
        (_("索引号"), metadata.get("index_number")),
        (_("主题"), metadata.get("theme")),
        (_("审议"), metadata.get("approved_by")),
        (_("来源"), metadata.get("source") or edition.file_name),
    ]
    return [
        (label, value.isoformat() if isinstance(value, date) else value) for label, value in rows if value
    ]


def _is_titled(part: Part, edition: Edition, parts: list[ReadPart]) -> bool:
    """Whether the page names the part: not where the document is one part under its own title."""
    return len(parts) > 1 or part.title not in {"", edition.title}


def _shown(
    part: Part, branches: list[Branch], linker: Linker, ordinal: int | None, *, titled: bool
) -> dict[str, Any]:
    """A part as the page shows it, with links in its words."""

    def clauses(branches: list[Branch]) -> list[dict[str, Any]]:
        return [
            {
                "clause": branch.clause,
                "url": clause_url(part.code, branch.clause.path, ordinal),
                "heading": label_of(branch.clause) if branch.clause.heading else "",
                "tag": f"h{min(branch.clause.level + 1 + titled, 6)}",
                "paragraphs": [linker.html(text) for text in branch.clause.paragraphs],
                "items": [linker.html(text) for text in branch.clause.items],
                "gist": "" if branch.clause.paragraphs or branch.clause.items else gist_of(branch.clause),
                "duties": list(branch.clause.responsibilities.all()),
                "children": clauses(branch.children),
            }
            for branch in branches
        ]

    return {
        "part": part,
        "titled": titled,
        "anchor": part_anchor(part),
        "preamble": [linker.html(text) for text in part.preamble],
        "closing": [linker.html(text) for text in part.closing],
        "clauses": clauses(branches),
    }
