"""The page of a clause, and the ways to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.actor import Actor
from kaichuang.kit.http import Request
from kaichuang.policy.models import Clause, Edition
from kaichuang.policy.paths import parse
from kaichuang.policy.queries.clauses import find_clause, suggest_references
from kaichuang.policy.queries.editions import SHOWN, editions_for
from kaichuang.policy.queries.reading import (
    Around,
    answers_about,
    around,
    clause_url,
    document_url,
    doubts_at,
    gist_of,
    in_language,
    label_of,
    outline_nodes,
    read_parts,
    references_of,
    uses_of,
)
from kaichuang.policy.queries.validity import validity_of
from kaichuang.policy.web.documents import ordinal_if_old
from kaichuang.policy.web.forms import AskForm
from kaichuang.policy.web.linking import chip_of, linker_for
from kaichuang.policy.web.words import USE_ICONS, use_label


@require_safe
def clause(request: Request, code: str, path: str) -> HttpResponse:
    """One clause under its permanent address. Other ways of writing the address lead to it."""
    asked = request.GET.get("edition", "")
    found = _find(request, code, path, asked)
    if found.part.code != code or found.path != path:
        return redirect(clause_url(found.part.code, found.path, found.edition.ordinal if asked else None))
    return render(request, "policy/clause.html", _context(request, found, asked))


@require_safe
def go(request: Request) -> HttpResponse:
    """From a reference as people write it (`NH 三(二)`, `NT #13`, `QD`) to its page."""
    reference = request.GET.get("ref", "").strip()[:150]
    found = find_clause(reference)
    if found is not None:
        return redirect(clause_url(found.part.code, found.path))
    address = parse(reference)
    if address is not None and not address.path and not address.running:
        return redirect(document_url(address.code))
    messages.warning(request, _("没有找到条款“%(reference)s”。") % {"reference": reference})
    return redirect("policy:library")


@require_safe
def references(request: Request) -> HttpResponseBase:
    """References that begin as typed, for completion: as options of a list, or as JSON."""
    typed = request.GET.get("q") or request.GET.get("citations") or ""
    last = typed.replace("；", ";").split(";")
    head = "；".join(part.strip() for part in last[:-1])
    found = suggest_references(request.actor, last[-1].strip())
    if request.GET.get("format") == "json":
        return JsonResponse({"references": [{"reference": ref, "heading": words} for ref, words in found]})
    options = [(f"{head}；{ref}" if head else ref, words) for ref, words in found]
    return render(request, "policy/fragments/references.html", {"options": options})


def _find(request: Request, code: str, path: str, asked: str) -> Clause:
    """The clause, in the edition asked for, else in the current one. Raises `Http404`."""
    if not asked:
        found = find_clause(f"{code} {path}")
        if found is None:
            raise Http404
        return found
    address = parse(f"{code} {path}")
    editions = editions_for(request.actor)
    if address is None or not (asked.isascii() and asked.isdigit()) or len(asked) > 4:
        raise Http404
    row = (
        Clause.objects.filter(
            part__code=address.code, path=address.path, edition__ordinal=int(asked), edition__in=editions
        )
        .select_related("edition__document__programme__place", "part")
        .first()
    )
    if row is None:
        raise Http404
    return row


def _context(request: Request, found: Clause, asked: str) -> dict[str, Any]:
    edition = found.edition
    ordinal = ordinal_if_old(edition, asked)
    parts = read_parts(edition)
    clauses = [one for read in parts for one in _flat(read.branches)]
    here = around(found, [one for one in clauses if one.part_id == found.part_id])
    today = business_date(request.programme or None, request.now)
    document = document_url(edition.document.code, ordinal)
    return {
        "clause": found,
        "reference": f"{found.part.code} {found.path}",
        "edition": edition,
        "document": edition.document,
        "heading": label_of(found) or found.path,
        "newest": _newer(request.actor, edition),
        "validity": validity_of(edition, today),
        **_words(found, clauses),
        **_place(found, here, ordinal, document),
        **_duties(found, here.ancestors, clauses),
        **_uses(found),
        "form": AskForm(),
        "nodes": outline_nodes(parts, document=document, ordinal=ordinal),
        "permanent": request.build_absolute_uri(clause_url(found.part.code, found.path, ordinal)),
    }


def _newer(actor: Actor, edition: Edition) -> Edition | None:
    """The current edition, when this is another one."""
    shown = editions_for(actor).filter(document=edition.document, state__in=SHOWN)
    newest = shown.order_by("-ordinal").first()
    return newest if newest is not None and newest.pk != edition.pk else None


def _words(found: Clause, clauses: list[Clause]) -> dict[str, Any]:
    """The printed words with links, what they mean, what is doubtful about them."""
    edition = found.edition
    doubts = [] if edition.outline_only else doubts_at(found, clauses)
    references = references_of(edition)
    linker = linker_for(edition, references, doubts)
    return {
        "paragraphs": [linker.html(text) for text in found.paragraphs],
        "items": [linker.html(text) for text in found.items],
        "gist": [line for line in gist_of(found).splitlines() if line],
        "figures": [
            {
                "value": figure["value"],
                "unit": figure.get("unit", ""),
                "means": in_language(figure["zh"], figure.get("en", "")),
            }
            for figure in found.figures
        ],
        "doubts": doubts,
        "cites": [chip_of(one) for one in references if one.clause_id == found.pk],
    }


def _place(found: Clause, here: Around, ordinal: int | None, document: str) -> dict[str, Any]:
    """The way up, the neighbours, what is below."""
    code, edition = found.part.code, found.edition

    def link(one: Clause | None) -> dict[str, str] | None:
        if one is None:
            return None
        url = clause_url(code, one.path, ordinal)
        return {"url": url, "path": one.path, "number": one.number, "label": label_of(one)}

    above = [
        (f"{one.number} {label_of(one)}".strip(), clause_url(code, one.path, ordinal))
        for one in here.ancestors
    ]
    title = in_language(edition.title, edition.document.title_en)
    return {
        "crumbs": [(_("政策库"), "/policy/"), (title, document), *above],
        "children": [link(one) for one in here.children],
        "previous": link(here.previous),
        "following": link(here.following),
        "here": clause_url(code, found.path, ordinal),
    }


def _duties(found: Clause, ancestors: list[Clause], clauses: list[Clause]) -> dict[str, Any]:
    """The clause's own units, else those of the nearest clause above that names some."""
    duties = list(found.responsibilities.select_related("unit__successor"))
    return {"duties": duties, "inherited": [] if duties else _inherited(ancestors, clauses)}


def _uses(found: Clause) -> dict[str, Any]:
    """What rests on the clause, and what was asked about it."""
    reference = f"{found.part.code} {found.path}"
    order = {section: at for at, section in enumerate(USE_ICONS)}
    shown = [
        {
            "section": use.section,
            "icon": USE_ICONS.get(use.section, "link"),
            "kind": use_label(use.section),
            "title": in_language(use.title, use.title_en),
            "key": use.key,
        }
        for use in sorted(uses_of(found.part.code, found.path), key=lambda use: order.get(use.section, 99))
    ]
    return {
        "uses": [use for use in shown if use["section"] != "readings"],
        "readings": [use for use in shown if use["section"] == "readings"],
        "answers": answers_about(found.edition.document, reference)[:10],
    }


def _flat(branches: Any) -> list[Clause]:
    return [one for branch in branches for one in (branch.clause, *_flat(branch.children))]


def _inherited(ancestors: list[Clause], clauses: list[Clause]) -> list[Any]:
    """Units of the nearest clause above that names some."""
    known = {one.pk: one for one in clauses}
    for above in reversed(ancestors):
        duties = list(known[above.pk].responsibilities.all())
        if duties:
            return duties
    return []
