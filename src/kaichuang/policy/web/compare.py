"""Two editions of a document, clause by clause."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kaichuang.kit.http import Request
from kaichuang.policy.models import Edition, EditionState
from kaichuang.policy.models.clause import PartKind
from kaichuang.policy.queries.compare import Difference, Frame, compare_frames, text_of
from kaichuang.policy.queries.compare import compare as differences_of
from kaichuang.policy.queries.editions import editions_for
from kaichuang.policy.queries.reading import clause_url, document_url
from kaichuang.policy.web.documents import document_tabs

LABELS = {
    "same": (gettext_lazy("未变"), "neutral"),
    "moved": (gettext_lazy("移动"), "info"),
    "changed": (gettext_lazy("修改"), "warning"),
    "added": (gettext_lazy("新增"), "success"),
    "removed": (gettext_lazy("删除"), "danger"),
}


@require_safe
def compare(request: Request, code: str) -> HttpResponse:
    """What changed from one edition to another; without a choice from the one before to the current."""
    editions = list(
        editions_for(request.actor)
        .filter(document__code=code)
        .exclude(state=EditionState.WITHDRAWN)
        .order_by("ordinal")
    )
    if len(editions) < 2:
        raise Http404
    old = _chosen(editions, request.GET.get("old", ""), editions[-2])
    new = _chosen(editions, request.GET.get("new", ""), editions[-1])
    found = differences_of(old, new)
    everything = request.GET.get("all") == "1"
    counts: Counter[str] = Counter(one.change for one in found)
    context = {
        "document": new.document,
        "edition": new,
        "old": old,
        "new": new,
        "editions": editions,
        "all": everything,
        "rows": [_row(one, old, new) for one in found if everything or one.change != "same"],
        "counts": [
            {"label": label, "tone": tone, "count": counts[change]}
            for change, (label, tone) in LABELS.items()
            if counts[change]
        ],
        "facts": _facts(old, new),
        "frames": [_frame(one) for one in compare_frames(old, new)]
        if old.outline_only == new.outline_only
        else [],
        "tabs": document_tabs(request.actor, new, "compare"),
        "crumbs": [(_("政策库"), "/policy/"), (new.title, document_url(code))],
    }
    return render(request, "policy/compare.html", context)


def _chosen(editions: list[Edition], asked: str, default: Edition) -> Edition:
    return next((edition for edition in editions if str(edition.ordinal) == asked), default)


def _row(one: Difference, old: Edition, new: Edition) -> dict[str, Any]:
    clause = one.new or one.old
    if clause is None:
        raise AssertionError("a difference has at least one side")
    label, tone = LABELS[one.change]
    moved = one.old is not None and one.new is not None and one.old.path != one.new.path
    edition = new if one.new is not None else old
    return {
        "label": label,
        "tone": tone,
        "reference": f"{clause.part.code} {clause.path}",
        "was": one.old.path if moved and one.old is not None else "",
        "url": clause_url(clause.part.code, clause.path, edition.ordinal),
        "heading": clause.heading,
        "change": one.change,
        "old": text_of(one.old) if one.old is not None else "",
        "new": text_of(one.new) if one.new is not None else "",
    }


def _frame(one: Frame) -> dict[str, str]:
    place = _("前言") if one.place == "preamble" else _("结语")
    kind = dict(PartKind.choices)[one.kind]
    return {"label": f"{kind} {place}", "old": one.old, "new": one.new}


def _facts(old: Edition, new: Edition) -> list[tuple[str, Any, Any]]:
    """Metadata that differ."""
    names = ("title", "issuer", "number", "signed_on", "published_on", "effective_on", "expires_on")
    return [
        (str(Edition._meta.get_field(name).verbose_name), getattr(old, name), getattr(new, name))  # type: ignore[union-attr]  # columns
        for name in names
        if getattr(old, name) != getattr(new, name)
    ]
