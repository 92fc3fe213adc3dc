"""The import wizard: upload, say what the columns are, look at what would change, apply."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.facts.enums import ImportState
from kaichuang.facts.importing import importable
from kaichuang.facts.models import Feed, ImportRun
from kaichuang.facts.operations import apply_import, drop_import, preview_import, upload_table
from kaichuang.facts.permissions import may_collect
from kaichuang.facts.web.common import Crumbs, today_of
from kaichuang.facts.web.forms import ApplyForm, MappingForm, UploadForm
from kaichuang.facts.web.tables import IMPORT_TONES, IMPORTS, UNMATCHED, unmatched_rows
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.structure import Step
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]
_STEPS = (ImportState.UPLOADED, ImportState.PREVIEWED, ImportState.RUNNING, ImportState.APPLIED)


@login_required
@require_safe
def imports(request: Request) -> HttpResponse:
    """Every table that was taken in, the newest first."""
    return respond(request, table=IMPORTS, rows=_runs(request), template="facts/imports.html")


@login_required
@require_http_methods(_FORM)
def new(request: Request) -> HttpResponse:
    """Upload a table."""
    require(may_collect(request.actor, request.actor.programme_id or 0))
    feeds = list(Feed.objects.filter(programme=request.actor.programme_id))
    today = today_of(request)
    form = UploadForm(
        request.POST or None, request.FILES or None, feeds=feeds, initial=_initial(request, feeds, today)
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("table")
        run = attempt(
            form,
            lambda: upload_table(
                actor=request.actor,
                now=request.now,
                programme=request.programme,
                upload=upload,
                today=today,
                **values,
            ),
        )
        if run is not None:
            return redirect("facts:mapping", run.pk)
    context = {"form": form, "feeds": feeds, "crumbs": _crumbs(), "steps": steps_of(None)}
    return render(request, "facts/upload.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def mapping(request: Request, pk: int) -> HttpResponse:
    """Say which column is which fact; remembered for the next file of the same table."""
    run = get_object_or_404(_runs(request), pk=pk)
    if run.state not in (ImportState.UPLOADED, ImportState.PREVIEWED, ImportState.FAILED):
        return redirect("facts:import", pk)
    form = MappingForm(request.POST or None, headings=run.headings, chosen=run.mapping, facts=importable())
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: preview_import(actor=request.actor, now=request.now, run=run, mapping=form.mapping),
        )
        if done is not None:
            return redirect("facts:import", pk)
    context = {"run": run, "form": form, "crumbs": [*_crumbs(), _crumb(run)], "steps": steps_of(run)}
    return render(request, "facts/mapping.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def run(request: Request, pk: int) -> HttpResponse:
    """What the dry run found, and the decision; then how far the import is."""
    found = get_object_or_404(_runs(request), pk=pk)
    if found.state == ImportState.UPLOADED:
        return redirect("facts:mapping", pk)
    form = ApplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        skip = form.cleaned_data["skip_wrong"]
        done = attempt(
            form, lambda: apply_import(actor=request.actor, now=request.now, run=found, skip_wrong=skip)
        )
        if done is not None:
            return redirect("facts:import", pk)
    context = {
        "run": found,
        "findings": found.findings,
        "form": form,
        "status": badge(found.get_state_display(), tone=IMPORT_TONES[ImportState(found.state)]),
        "crumbs": _crumbs(),
        "steps": steps_of(found),
        "waits": found.state in (ImportState.PREVIEWED, ImportState.FAILED),
        "progress_url": reverse("facts:progress", args=[pk]) if found.state == ImportState.RUNNING else "",
        "age": (today_of(request) - found.data_as_of).days,
    }
    return respond(
        request,
        table=UNMATCHED,
        rows=unmatched_rows(found),
        template="facts/import.html",
        context=context,
    )


@login_required
@require_safe
def progress(request: Request, pk: int) -> HttpResponse:
    """How far a running import is; asks for itself until it has ended."""
    found = get_object_or_404(_runs(request), pk=pk)
    running = found.state == ImportState.RUNNING
    context = {"run": found, "url": reverse("facts:progress", args=[pk]) if running else ""}
    return render(request, "facts/fragments/progress.html", context)


@login_required
@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Leave a file that was uploaded; nothing of it is told."""
    found = get_object_or_404(_runs(request), pk=pk)
    drop_import(actor=request.actor, now=request.now, run=found)
    messages.info(request, _("已放弃，没有导入任何数据。"))
    return redirect("facts:imports")


def steps_of(found: ImportRun | None) -> list[Step]:
    labels = (_("上传"), _("对应列"), _("试算"), _("导入"))
    at = 0
    if found is not None:
        at = {
            ImportState.UPLOADED: 1,
            ImportState.PREVIEWED: 2,
            ImportState.FAILED: 3,
            ImportState.RUNNING: 3,
        }.get(ImportState(found.state), 4)
    steps = []
    for index, label in enumerate(labels):
        state = "done" if index < at else "current" if index == at else "todo"
        failed = found is not None and found.state == ImportState.FAILED and index == at
        steps.append(Step(label=label, state="failed" if failed else state))
    return steps


def _runs(request: Request) -> QuerySet[ImportRun]:
    require(may_collect(request.actor, request.actor.programme_id or 0))
    rows = ImportRun.objects.filter(programme=request.actor.programme_id)
    return rows.select_related("feed", "programme", "attachment", "origin", "uploaded_by")


def _initial(request: Request, feeds: list[Feed], today: object) -> dict[str, object]:
    name = request.GET.get("feed", "")
    feed = next((one for one in feeds if one.name == name), None)
    return {"name": name, "supplier": feed.supplier if feed else "", "data_as_of": today}


def _crumbs() -> Crumbs:
    return [(_("数据导入"), reverse("facts:imports"))]


def _crumb(found: ImportRun) -> tuple[str, str]:
    return (found.feed.name, reverse("facts:import", args=[found.pk]))
