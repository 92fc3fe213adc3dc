"""Pages of the working-day calendar and of deadlines."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.clock.models import NATIONAL, Calendar, Day, DayKind
from kaichuang.clock.operations import clear_day, export_days, import_days, set_day
from kaichuang.clock.permissions import may_edit_calendar, may_see_deadlines
from kaichuang.clock.queries import business_date, deadlines_for, working_calendar
from kaichuang.clock.queries.calendars import days_of_year, year_of
from kaichuang.clock.web.forms import DayForm, DeadlineFilter, ImportForm
from kaichuang.clock.web.tables import SPECIAL_DAYS, deadline_table, is_special
from kaichuang.clock.web.year import WEEKDAYS, months_of
from kaichuang.clock.words import names_like
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond

FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_safe
def calendar(request: Request) -> HttpResponse:
    """The calendar of the current programme, in the year of its business date."""
    slug = request.programme.calendar if request.programme else NATIONAL
    return redirect("clock:year", slug, business_date(request.programme or None, request.now).year)


@require_safe
def year(request: Request, slug: str, number: int) -> HttpResponse:
    """Twelve months in a picture, and the list of holidays and make-up days."""
    found, number = _calendar(slug), _year(number)
    days = year_of(found, number)
    context = {
        "calendar": found,
        "calendars": Calendar.objects.order_by("slug"),
        "year": number,
        "known": number in working_calendar(slug).years,
        "years": working_calendar(slug).years,
        "months": months_of(number, days),
        "weekdays": WEEKDAYS,
        "working": sum(1 for day in days.values() if day.is_working),
        "own": days_of_year(found, number) if found.base_id else [],
        "may_edit": may_edit_calendar(request.actor, found),
    }
    special = [day for day in days.values() if is_special(day)]
    return respond(request, table=SPECIAL_DAYS, rows=special, template="clock/year.html", context=context)


@require_safe
def export(request: Request, slug: str, number: int) -> HttpResponse:
    """The year as the table that the import reads."""
    days = sorted(year_of(_calendar(slug), _year(number)).values(), key=lambda day: day.date)
    answer = HttpResponse("\ufeff" + export_days(days), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="calendar-{slug}-{number}.csv"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, slug: str, number: int) -> HttpResponse:
    """Change one day, with its source."""
    found, number = _calendar(slug), _year(number)
    require(may_edit_calendar(request.actor, found))
    form = DayForm(request.POST or None, initial=_initial(request, found))
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "kind": DayKind(form.cleaned_data["kind"])}
        done = attempt(form, lambda: set_day(calendar=found, actor=request.actor, now=request.now, **values))
        if done is not None:
            messages.success(request, _("日历已更新，未完成的时限已重新计算。"))
            return redirect("clock:year", slug, done.date.year)
    context = {"calendar": found, "year": number, "form": form, "crumbs": _crumbs(found, number)}
    return render(request, "clock/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["POST"])
def clear(request: Request, slug: str, number: int) -> HttpResponse:
    """Take a regional day away."""
    found = _calendar(slug)
    day = get_object_or_404(Day, calendar=slug, pk=request.POST.get("day", "0"))
    clear_day(calendar=found, day=day.date, actor=request.actor, now=request.now)
    messages.success(request, _("已删除，当日恢复为全国日历的安排。"))
    return redirect("clock:year", slug, _year(number))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: Request, slug: str, number: int) -> HttpResponse:
    """Import a year from CSV."""
    found, number = _calendar(slug), _year(number)
    require(may_edit_calendar(request.actor, found))
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        fill = number if form.cleaned_data["fill"] and found.base_id is None else None
        data = form.cleaned_data["table"].read()
        count = attempt(
            form,
            lambda: import_days(
                calendar=found, data=data, actor=request.actor, now=request.now, fill_year=fill
            ),
        )
        if count is not None:
            messages.success(request, _("已导入%(count)s天，未完成的时限已重新计算。") % {"count": count})
            return redirect("clock:year", slug, number)
    context = {"calendar": found, "year": number, "form": form, "crumbs": _crumbs(found, number)}
    return render(request, "clock/import.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def deadlines(request: Request) -> HttpResponse:
    """The programme's deadlines, the nearest first."""
    require(may_see_deadlines(request.actor, None))
    today = business_date(request.programme or None, request.now)
    filters = DeadlineFilter(request.GET)
    values = filters.values
    rows = deadlines_for(request.actor)
    state = values.get("state", "")
    rows = rows.exclude(met_on=None) if state == "met" else rows.filter(met_on=None)
    if state == "overdue":
        rows = rows.filter(due_on__lt=today)
    elif state == "paused":
        rows = rows.filter(due_on=None)
    if "q" in values:
        rows = rows.filter(name__in=names_like(values["q"]))
    return respond(
        request,
        table=deadline_table(today, request.actor),
        rows=rows,
        filters=filters,
        template="clock/deadlines.html",
    )


def _calendar(slug: str) -> Calendar:
    return get_object_or_404(Calendar.objects.select_related("base"), slug=slug)


def _year(number: int) -> int:
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Http404
    return number


def _initial(request: Request, found: Calendar) -> dict[str, str]:
    asked = request.GET.get("day", "")
    return {"day": asked, "kind": DayKind.HOLIDAY}


def _crumbs(found: Calendar, number: int) -> list[tuple[str, str]]:
    title = _("工作日历：%(name)s %(year)s年") % {"name": found.name, "year": number}
    return [(title, reverse("clock:year", args=[found.slug, number]))]
