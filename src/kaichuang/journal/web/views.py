"""Pages for auditors: the journal, the history of a row, verification."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.journal.models import Entry
from kaichuang.journal.permissions import may_audit
from kaichuang.journal.queries import entries_for, filter_entries, head, verify
from kaichuang.journal.queries.entries import last_sealed_at
from kaichuang.journal.web.forms import EntryFilter
from kaichuang.journal.web.tables import ENTRIES
from kaichuang.journal.words import (
    action_in_words,
    actions_named,
    state_in_words,
    subject_in_words,
    subjects_named,
)
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.ui.components.history import Event
from kaichuang.ui.tables import respond

_FINDINGS_SHOWN = 200


@login_required
@require_safe
def entries(request: Request) -> HttpResponse:
    """The journal of the programme, newest first."""
    require(may_audit(request.actor, None))
    filters = EntryFilter(request.GET)
    values = dict(filters.values)
    rows = entries_for(request.actor, scope=_scope(request))
    if text := values.pop("action", ""):
        rows = rows.filter(action__in=actions_named(text))
    if text := values.pop("subject_type", ""):
        rows = rows.filter(subject_type__in=subjects_named(text))
    rows = filter_entries(rows, **values)
    return respond(request, table=ENTRIES, rows=rows, filters=filters, template="journal/entries.html")


@login_required
@require_safe
def history(request: Request, subject_type: str, subject_id: str) -> HttpResponse:
    """Everything that happened to one row."""
    require(may_audit(request.actor, None))
    rows = list(
        entries_for(request.actor, scope=_scope(request))
        .filter(subject_type=subject_type, subject_id=subject_id)
        .order_by("id")[:1000]
    )
    if not rows:
        raise Http404
    context = {
        "title": f"{subject_in_words(subject_type)} {subject_id}",
        "events": [_event(entry) for entry in rows],
        "crumbs": [(_("操作记录"), reverse("journal:entries"))],
    }
    return render(request, "journal/history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: Request) -> HttpResponse:
    """Recompute every hash and the chain, and say what was found."""
    require(may_audit(request.actor, None))
    position, value, waiting = head()
    result = verify() if request.method == "POST" else None
    context = {
        "position": position,
        "head": value,
        "waiting": waiting,
        "sealed_at": last_sealed_at(),
        "result": result,
        "findings": result.findings[:_FINDINGS_SHOWN] if result else (),
        "crumbs": [(_("操作记录"), reverse("journal:entries"))],
    }
    return render(request, "journal/verification.html", context)


def _scope(request: Request) -> str:
    return request.programme.slug if request.programme else ""


def _event(entry: Entry) -> Event:
    payload = json.dumps(entry.payload, ensure_ascii=False) if entry.payload else ""
    return Event(
        at=entry.recorded_at,
        title=action_in_words(entry),
        actor=entry.actor_name,
        text=" ".join(filter(None, (entry.reason, payload))),
        before=state_in_words(entry, entry.from_state),
        after=state_in_words(entry, entry.to_state),
        tone="warning" if entry.kind == "view" else "neutral",
    )
