"""The list of policies, and who cites a document."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from kaichuang.clock.queries.today import business_date
from kaichuang.kit.http import Request
from kaichuang.policy.models import Document, Edition
from kaichuang.policy.paths import plain
from kaichuang.policy.permissions import may_edit_library
from kaichuang.policy.queries.editions import SHOWN
from kaichuang.policy.queries.library import citations_of, library_for, places_of_library, years_of_library
from kaichuang.policy.web.forms import LibraryFilter
from kaichuang.policy.web.tables import CITED, library_table
from kaichuang.ui.tables import respond


@require_safe
def library(request: Request) -> HttpResponse:
    """All policies, those in force on the business date marked."""
    today = business_date(request.programme or None, request.now)
    filters = LibraryFilter(request.GET, places=places_of_library(), years=years_of_library())
    context = {
        "today": today,
        "may_edit": bool(request.programme) and may_edit_library(request.actor, request.programme.pk),
    }
    return respond(
        request,
        table=library_table(today),
        rows=library_for(request.actor, today=today, **filters.values),
        filters=filters,
        template="policy/library.html",
        context=context,
    )


@require_safe
def cited(request: Request) -> HttpResponse:
    """A document that texts cite, by number or title: where it is cited, and whether the library has it."""
    number, title = (
        plain(request.GET.get("number", "")).strip()[:60],
        plain(request.GET.get("title", "")).strip()[:300],
    )
    if not number and not title:
        raise Http404
    wanted = {"number": number} if number else {"title": title}
    known = Edition.objects.filter(state__in=SHOWN, **wanted).select_related("document").last()
    rows = citations_of(request.actor, number=number, title=title)
    first = rows.exclude(title="").first() if number else None
    context = {
        "number": number,
        "title": title or (first.title if first is not None else ""),
        "known": known.document if known is not None else _target(rows.exclude(target=None).first()),
    }
    return respond(request, table=CITED, rows=rows, template="policy/cited.html", context=context)


def _target(reference: object) -> Document | None:
    return getattr(reference, "target", None)
