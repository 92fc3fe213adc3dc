"""The application form: filled in, saved while one types, with its papers; nothing is lost on errors."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kaichuang.cases.models import Case, Evidence
from kaichuang.cases.operations.draft import begin_case, save_draft
from kaichuang.cases.operations.evidence import add_paper, place_paper, remove_paper, reuse_paper
from kaichuang.cases.queries.catalogue import matters_for, stage_title
from kaichuang.cases.queries.form import (
    Section,
    differing,
    elsewhere,
    form_of,
    sections_of,
    uncomputable,
)
from kaichuang.cases.queries.rows import is_key, row_keys
from kaichuang.cases.web.apply.common import is_open, open_case, paper_lines
from kaichuang.cases.web.apply.forms import ApplicationForm, fields_of
from kaichuang.cases.web.apply.panel import Panel, panel_of
from kaichuang.cases.web.apply.pasting import paste
from kaichuang.cases.web.apply.row_papers import number_of, put_in_rows, row_line
from kaichuang.entitlement.queries.answers import Told
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.files.checks import accepted_extensions
from kaichuang.files.operations.attach import Upload
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.ui.forms import file_hint

_FORM = ["GET", "HEAD", "POST"]


@dataclass
class Sheet:
    """The form of a case in one request, and what was wrong with it."""

    request: Request
    case: Case
    asked: Asked
    sections: list[Section]
    form: ApplicationForm
    stale: bool = False
    problems: list[Problem] = field(default_factory=list)
    papers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(question.name for section in self.sections for question in section.questions)

    @property
    def is_wrong(self) -> bool:
        wrong = self.form.is_bound and not self.form.is_valid()
        return bool(self.stale or self.problems or self.papers or wrong)


@require_POST
def begin(request: Request, pk: int) -> HttpResponse:
    """Begin an application, or go on with the one begun."""
    matter = get_object_or_404(matters_for(request.actor), pk=pk)
    case = begin_case(matter=matter, actor=request.actor, now=request.now)
    return redirect("cases:apply", case.pk)


@login_required
@never_cache
@require_http_methods(_FORM)
def apply(request: Request, pk: int) -> HttpResponse:
    """The form. Every button saves what is there, then does its own."""
    case = open_case(request, pk)
    if not is_open(case):
        messages.info(request, _("申请已经提交，目前不能修改。"))
        return redirect("cases:case", case.pk)
    if request.method != "POST":
        return _page(_sheet(request, case, None))
    sheet = _sheet(request, case, request.POST)
    verb, _colon, name = request.POST.get("do", "save").partition(":")
    _save(sheet, overwrite=verb == "overwrite")
    if not sheet.stale:
        _take_files(sheet)
        _act(sheet, verb, name)
    if sheet.is_wrong:
        return _page(sheet)
    if verb == "review":
        return redirect("cases:review", case.pk)
    address = reverse("cases:apply", args=[case.pk])
    return redirect(f"{address}#{_place(verb, name)}" if _place(verb, name) else address)


@login_required
@never_cache
@require_POST
def autosave(request: Request, pk: int) -> HttpResponse:
    """Save what is valid while one types; answers with what follows from it."""
    case = open_case(request, pk)
    if not is_open(case):
        return HttpResponse(status=409)
    sheet = _sheet(request, case, request.POST)
    _save(sheet, overwrite=False)
    context = {**_context(sheet), "live": True}
    return render(request, "cases/apply/fragments/saved.html", context)


@login_required
@never_cache
@require_POST
def upload(request: Request, pk: int, paper: str) -> HttpResponse:
    """One file for one paper, sent by script with its progress; answers with the paper's part of the page."""
    case = open_case(request, pk)
    sheet = _sheet(request, case, None)
    file, key = request.FILES.get("file"), request.GET.get("row", "")
    place = f"{paper}:{key}" if is_key(key) else paper
    if file is None:
        sheet.papers[place] = [_("没有收到文件，请重新选择。")]
    else:
        _add(sheet, place, cast("Upload", file))
    line = next((one for one in paper_lines(case, sheet.asked, sheet.papers) if one.code == paper), None)
    context = {**_context(sheet), "line": line}
    if line is not None and line.needed.by_row and is_key(key):
        context["one"] = row_line(line, key, number_of(line, key), sheet.papers)
    return render(
        request, "cases/apply/fragments/uploaded.html", context, status=422 if sheet.papers else 200
    )


def _sheet(request: Request, case: Case, data: Any) -> Sheet:
    asked = form_of(case)
    matter = case.version.file.matter
    sections = sections_of(asked, matter)
    form = ApplicationForm(
        data,
        asked=asked,
        sections=sections,
        matter=matter,
        requested_fen=case.requested_fen,
        reasons=case.answers.get("n", {}),
        row_keys={code: row_keys(case, code) for code in case.answers.get("t", {})},
    )
    return Sheet(request, case, asked, sections, form)


def _save(sheet: Sheet, *, overwrite: bool) -> None:
    """Keep everything valid. What another window has saved since is not overwritten unasked."""
    sheet.form.is_valid()
    told = sheet.form.told
    if not _computes(sheet, told):
        return
    try:
        saved = save_draft(
            case=sheet.case,
            told=told,
            actor=sheet.request.actor,
            now=sheet.request.now,
            requested_fen=sheet.form.requested_fen,
            reasons=sheet.form.reasons,
            row_keys=sheet.form.row_keys,
            based_on=None if overwrite else _stamp(sheet.request),
        )
    except Stale:
        sheet.stale = True
        return
    _kept(sheet, saved)


def _kept(sheet: Sheet, saved: Case) -> None:
    """The case as it was saved, and the rules' answer to it."""
    for name in ("answers", "requested_fen", "changed_at"):
        setattr(sheet.case, name, getattr(saved, name))
    sheet.asked = form_of(sheet.case)


def _computes(sheet: Sheet, told: Told) -> bool:
    """Whether the rules can compute it exactly; what is too large for that is told and not kept."""
    wrong = uncomputable(sheet.asked, told)
    for message in wrong:
        sheet.form.add_error(None, message)
    return not wrong


def _stamp(request: Request) -> datetime | None:
    try:
        return datetime.fromisoformat(request.POST.get("stamp", ""))
    except ValueError:
        return None


def _take_files(sheet: Sheet) -> None:
    """Files chosen in the form, without scripts."""
    for name, file in sheet.request.FILES.items():
        if name.startswith("file-"):
            _add(sheet, name.removeprefix("file-"), cast("Upload", file))


def _add(sheet: Sheet, place: str, file: Upload) -> None:
    """`place` is the code of a paper, with the key of a row where it belongs to one."""
    paper, _colon, key = place.partition(":")
    actor, now = sheet.request.actor, sheet.request.now
    _attempt(
        sheet,
        place,
        lambda: add_paper(case=sheet.case, paper=paper, upload=file, actor=actor, now=now, row=key),
    )


def _attempt(sheet: Sheet, paper: str, operation: Any) -> None:
    try:
        operation()
    except Refused as refused:
        sheet.papers.setdefault(paper, []).extend(str(problem) for problem in refused.problems)


def _act(sheet: Sheet, verb: str, name: str) -> None:
    """What a button asks for besides saving."""
    actor, now = sheet.request.actor, sheet.request.now
    if verb in ("reuse", "remove", "place"):
        paper, key, row = (*name.split(":"), "", "")[:3]
        evidence = get_object_or_404(Evidence, pk=int(key)) if key.isdigit() and len(key) < 19 else None
        if evidence is None or evidence.case.party_id != sheet.case.party_id:
            return
        if verb == "reuse":
            _attempt(
                sheet,
                f"{paper}:{row}" if row else paper,
                lambda: reuse_paper(
                    case=sheet.case, paper=paper, evidence=evidence, actor=actor, now=now, row=row
                ),
            )
        elif verb == "place" and evidence.case_id == sheet.case.pk and evidence.removed_at is None:
            row = sheet.request.POST.get(f"row-of-{evidence.pk}", "")
            _attempt(sheet, paper, lambda: place_paper(evidence=evidence, row=row, actor=actor, now=now))
        elif evidence.case_id == sheet.case.pk and evidence.removed_at is None:
            _attempt(sheet, paper, lambda: remove_paper(evidence=evidence, actor=actor, now=now))
    if verb == "paste":
        _paste(sheet, name)


def _paste(sheet: Sheet, table: str) -> None:
    """Rows from a spreadsheet are added behind those that are there: all of them, or none while one is wrong."""
    collection = sheet.asked.book.collections.get(table)
    if collection is None or table not in sheet.fields:
        return
    if not sheet.form.is_valid():
        sheet.problems.append(Problem("first", _("请先改正填写有误的内容，再加入粘贴的行。"), field=table))
        return
    rows, problems = paste(collection.columns, sheet.request.POST.get(f"paste-{table}", ""))
    if problems:
        sheet.problems += [replace(problem, field=table) for problem in problems]
        return
    told = sheet.asked.told
    tables = {**told.tables, table: [*told.tables.get(table, ()), *rows]}
    told = replace(told, tables=tables, unknown=told.unknown - {table})
    saved = save_draft(
        case=sheet.case,
        told=told,
        actor=sheet.request.actor,
        now=sheet.request.now,
        requested_fen=sheet.case.requested_fen,
    )
    _kept(sheet, saved)


def _place(verb: str, name: str) -> str:
    if verb in ("row", "paste"):
        return f"id_{name}"
    paper, _key, row = (*name.split(":"), "", "")[:3]
    if verb == "upload":
        return f"id_paper:{name}"
    if verb in ("reuse", "remove", "place"):
        return f"id_paper:{paper}:{row}" if row else f"id_paper:{paper}"
    return ""


def _page(sheet: Sheet) -> HttpResponse:
    status = 409 if sheet.stale else 422 if sheet.is_wrong else 200
    return render(sheet.request, "cases/apply/form.html", _context(sheet), status=status)


def _context(sheet: Sheet) -> dict[str, Any]:
    case, matter = sheet.case, sheet.case.version.file.matter
    limit = int(settings.MAX_UPLOAD_BYTES)
    papers = paper_lines(case, sheet.asked, sheet.papers)
    put_in_rows(sheet.form, papers, sheet.papers)
    return {
        "case": case,
        "matter": case.matter,
        "form": sheet.form,
        "stale": sheet.stale,
        "problems": sheet.problems,
        "sections": fields_of(sheet.form, sheet.sections),
        "elsewhere": elsewhere(sheet.asked, matter),
        "differs": differing(sheet.asked),
        "papers": papers,
        "panel": _panel(sheet),
        "asked": sheet.asked,
        "stamp": sheet.request.POST.get("stamp", "") if sheet.stale else case.changed_at.isoformat(),
        "correction": case.corrections.filter(answered_at=None).first(),
        "accept": ",".join(accepted_extensions()),
        "hint": file_hint(tuple(accepted_extensions()), limit),
        "most_bytes": limit,
        "stage": stage_title(case.stage),
        "crumbs": [(_("我的办件"), reverse("cases:mine")), (case.number or _("草稿"), reverse("cases:case", args=[case.pk]))],
    }  # fmt: skip


def _panel(sheet: Sheet) -> Panel | None:
    requested = sheet.case.requested_fen
    return panel_of(sheet.asked, sheet.case.version.file.matter, fields=sheet.fields, requested_fen=requested)
