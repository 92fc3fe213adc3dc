"""What is known: about a party, about one fact of a party, and what can be known at all."""

from __future__ import annotations

from datetime import date, datetime, time
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaichuang.facts.models import Definition
from kaichuang.facts.permissions import may_read_all
from kaichuang.facts.queries.about import known_rows
from kaichuang.facts.queries.known import history_of
from kaichuang.facts.queries.overview import trend_of
from kaichuang.facts.queries.uses import uses_in
from kaichuang.facts.web.charts import chart_of_party, chart_of_programme
from kaichuang.facts.web.common import party_in_sight, today_of
from kaichuang.facts.web.forms import AboutForm, DefinitionFilter
from kaichuang.facts.web.tables import PERIOD_WORDS, definition_table, history_table, known_table, value_html
from kaichuang.kit.http import Request
from kaichuang.parties.queries import own_parties
from kaichuang.ui.tables import respond


@login_required
@require_safe
def mine(request: Request) -> HttpResponse:
    """My organisation's data: the party one acts for; else the only one, else a choice."""
    parties = list(own_parties(request.actor, on=today_of(request)))
    chosen = [party for party in parties if party.pk == request.actor.party_id]
    if chosen or len(parties) == 1:
        return redirect("facts:about", (chosen or parties)[0].pk)
    return render(request, "facts/mine.html", {"parties": parties})


@login_required
@require_safe
def about(request: Request, pk: int) -> HttpResponse:
    """Everything known about a party on a day, as known at another."""
    party = party_in_sight(request, pk)
    today = today_of(request)
    filters = AboutForm(request.GET)
    values = filters.values
    on: date = values.get("on", today)
    known_at = end_of(values["known_at"]) if "known_at" in values else None
    rows = known_rows(request.programme, party.pk, on=on, known_at=known_at, today=today)
    if text := values.get("q"):
        rows = [row for row in rows if text in row.definition.words or text in row.code]
    query = urlencode([(name, str(values[name])) for name in ("on", "known_at") if name in values])
    oldest = max((row.age for row in rows if row.age is not None), default=None)
    context = {
        "party": party,
        "on": on,
        "known_at": values.get("known_at"),
        "told": sum(1 for row in rows if row.origin is not None),
        "oldest": oldest,
        "crumbs": [(party.name, reverse("parties:party", args=[party.pk]))],
    }
    table = known_table(party.pk, query)
    return respond(
        request, table=table, rows=rows, filters=filters, template="facts/about.html", context=context
    )


@login_required
@require_safe
def history(request: Request, pk: int, code: str) -> HttpResponse:
    """Every value ever held of one fact about a party, superseded ones too, and its trend."""
    party = party_in_sight(request, pk)
    definition = get_object_or_404(Definition, code=code)
    rows = history_of(request.programme, party.pk, code).select_related("origin__report")
    current = [row for row in rows if not row.known.isempty and row.known.upper_inf]
    uses = uses_in(request.programme or None).get(code, [])
    context = {
        "party": party,
        "definition": definition,
        "current": [(value_html(definition, row.value), row) for row in current[:1]],
        "chart": chart_of_party(definition, current),
        "uses": uses,
        "crumbs": [
            (party.name, reverse("parties:party", args=[party.pk])),
            (_("已知数据"), reverse("facts:about", args=[party.pk])),
        ],
    }
    return respond(
        request, table=history_table(definition), rows=rows, template="facts/history.html", context=context
    )


@require_safe
def definitions(request: Request) -> HttpResponse:
    """The catalogue of facts, with the rules and forms that use each."""
    filters = DefinitionFilter(request.GET)
    rows = Definition.objects.all()
    for name, value in filters.values.items():
        if name == "q":
            rows = rows.filter(
                Q(title__icontains=value) | Q(code__icontains=value) | Q(title_en__icontains=value)
            )
        else:
            rows = rows.filter(**{name: value})
    table = definition_table(uses_in(request.programme or None))
    return respond(request, table=table, rows=rows, filters=filters, template="facts/definitions.html")


@require_safe
def definition(request: Request, code: str) -> HttpResponse:
    """One fact: what it means, where it comes from, what rests on it; its sum over time for public servants."""
    found = get_object_or_404(Definition, code=code)
    programme = request.programme or None
    chart = None
    if programme is not None and may_read_all(request.actor, programme):
        chart = chart_of_programme(found, trend_of(programme, code))
    context = {
        "definition": found,
        "period": PERIOD_WORDS.get(found.period, found.period),
        "values": [
            words.get("zh", key) if isinstance(words, dict) else words for key, words in found.values.items()
        ],
        "uses": uses_in(programme).get(code, []),
        "chart": chart,
        "crumbs": [(_("数据项目录"), reverse("facts:definitions"))],
    }
    return render(request, "facts/definition.html", context)


def end_of(day: date) -> datetime:
    """The last moment of a day in China."""
    return timezone.make_aware(datetime.combine(day, time.max))
