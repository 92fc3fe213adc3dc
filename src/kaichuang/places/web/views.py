"""Pages of divisions and programmes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.places.models import Division, Programme
from kaichuang.places.operations import create_programme, set_business_date, update_programme
from kaichuang.places.permissions import may_create_programme, may_manage_programme, may_set_business_date
from kaichuang.places.queries import (
    ancestors_of,
    programmes_for,
    search_divisions,
    successors_of,
)
from kaichuang.places.web.attempt import attempt
from kaichuang.places.web.forms import BusinessDateForm, DivisionFilter, NewProgrammeForm, ProgrammeForm
from kaichuang.places.web.tables import DIVISIONS, years
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]


@require_safe
def divisions(request: Request) -> HttpResponse:
    """Find an administrative division, former ones included."""
    filters = DivisionFilter(request.GET)
    values = filters.values
    rows = search_divisions(values["q"]) if "q" in values else Division.objects.order_by("code")
    if "level" in values:
        rows = rows.filter(level=values["level"])
    if "former" not in values and "q" not in values:
        rows = rows.filter(until_year=None)
    return respond(request, table=DIVISIONS, rows=rows, filters=filters, template="places/divisions.html")


@require_safe
def division(request: Request, code: str) -> HttpResponse:
    """One division: what is above and inside, former names, what came before and after."""
    found = get_object_or_404(Division, code=code)
    context = {
        "division": found,
        "years": years(found),
        "ancestors": ancestors_of(found),
        "children": found.children.filter(until_year=None).order_by("sort_key"),
        "former_names": found.former_names.order_by("until_year"),
        "predecessors": found.predecessors.select_related("former").order_by("year"),
        "successions": found.successions.select_related("successor").order_by("year"),
        "today": [] if found.is_current else successors_of(found),
        "programmes": programmes_for(request.actor).filter(place=found),
        "crumbs": [(_("行政区划"), reverse("places:divisions"))],
    }
    return render(request, "places/division.html", context)


@require_safe
def programme(request: Request, slug: str) -> HttpResponse:
    """What a programme is: place, superior, calendar, business date, packs."""
    found = _programme(request, slug)
    context = {
        "programme": found,
        "superior": programmes_for(request.actor).filter(inferiors=found).first(),
        "inferiors": programmes_for(request.actor).filter(superior=found),
        "may_manage": may_manage_programme(request.actor, found),
        "may_date": may_set_business_date(request.actor, found),
        "may_create": may_create_programme(request.actor, found),
    }
    return render(request, "places/programme.html", context)


@login_required
@require_http_methods(_FORM)
def business_date(request: Request, slug: str) -> HttpResponse:
    """Freeze or free the programme's today."""
    found = _programme(request, slug)
    require(may_set_business_date(request.actor, found))
    form = BusinessDateForm(request.POST or None, initial={"on": found.business_date})
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: set_business_date(
                programme=found, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("业务日期已更新。"))
            return redirect("places:programme", found.slug)
    context = {"programme": found, "form": form, "crumbs": _crumbs(found)}
    return render(request, "places/business_date.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def settings(request: Request, slug: str) -> HttpResponse:
    """Change the programme's name, calendar, openness."""
    found = _programme(request, slug)
    require(may_manage_programme(request.actor, found))
    form = ProgrammeForm(request.POST or None, instance=Programme.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: update_programme(
                programme=found, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("项目设置已保存。"))
            return redirect("places:programme", found.slug)
    context = {"programme": found, "form": form, "crumbs": _crumbs(found)}
    return render(request, "places/settings.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def new_programme(request: Request, slug: str) -> HttpResponse:
    """Found a programme below this one."""
    superior = _programme(request, slug)
    require(may_create_programme(request.actor, superior))
    form = NewProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: create_programme(
                superior=superior, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if made is not None:
            messages.success(request, _("已建立下级项目“%(name)s”。") % {"name": made.name})
            return redirect("places:programme", superior.slug)
    context = {"programme": superior, "form": form, "crumbs": _crumbs(superior)}
    return render(request, "places/new_programme.html", context, status=422 if form.errors else 200)


def _programme(request: Request, slug: str) -> Programme:
    return get_object_or_404(programmes_for(request.actor).select_related("superior"), slug=slug)


def _crumbs(found: Programme) -> list[tuple[str, str]]:
    return [(found.name, reverse("places:programme", args=[found.slug]))]
