"""From a file to an imported text: upload, look over, import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.places.models import Programme
from kaichuang.places.web.attempt import attempt
from kaichuang.policy.importing import Clause, ParsedDocument
from kaichuang.policy.models import Document
from kaichuang.policy.operations import discard_draft, import_draft, parse_draft
from kaichuang.policy.operations import upload as upload_file
from kaichuang.policy.operations.drafts import wrong_code
from kaichuang.policy.permissions import may_edit_library
from kaichuang.policy.queries.library import drafts_for, making_for
from kaichuang.policy.web.forms import CodeForm, UploadForm
from kaichuang.policy.web.tables import MAKING
from kaichuang.ui.tables import respond

_METADATA = (
    "title",
    "issuer",
    "document_number",
    "signed_on",
    "published_on",
    "effective_on",
    "expires_on",
    "status",
    "addressees",
)


def programme_to_edit(request: Request) -> Programme:
    """The chosen programme, whose library the actor may edit. Raises `NotAllowed`."""
    require(may_edit_library(request.actor, request.programme.pk if request.programme else 0))
    return Programme.objects.get(pk=request.programme.pk)


@login_required
@require_safe
def making(request: Request) -> HttpResponse:
    """Uploads that wait, and texts that are being checked."""
    programme_to_edit(request)
    context = {"drafts": list(drafts_for(request.actor))}
    return respond(
        request, table=MAKING, rows=making_for(request.actor), template="policy/making.html", context=context
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request) -> HttpResponse:
    """Choose a file. It is kept as soon as it can be read, even where the code is still wrong."""
    programme = programme_to_edit(request)
    initial = {"code": request.GET.get("code", "")}
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        draft = attempt(
            form,
            lambda: upload_file(
                actor=request.actor,
                now=request.now,
                programme=programme,
                code=form.cleaned_data["code"],
                file_name=file.name or "",
                data=file.read(),
            ),
        )
        if draft is not None:
            return redirect("policy:preview", draft.pk)
    context = {"form": form, "crumbs": [(_("编校"), reverse("policy:making"))]}
    return render(request, "policy/upload.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: Request, pk: int) -> HttpResponse:
    """What the importer read: metadata, clauses, doubts. Nothing is in the library yet."""
    programme_to_edit(request)
    draft = get_object_or_404(drafts_for(request.actor), pk=pk)
    form = CodeForm(request.POST or None, initial={"code": draft.code})
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        edition = attempt(
            form, lambda: import_draft(actor=request.actor, now=request.now, draft=draft, code=code)
        )
        if edition is not None:
            messages.success(request, _("已导入。请逐条核对疑点，然后校对、发布。"))
            return redirect("policy:edition", edition.pk)
    parsed = parse_draft(draft)
    code = (request.POST.get("code") or draft.code).strip().upper()
    known = (
        Document.objects.filter(code=code, programme=draft.programme_id).first()
        if not wrong_code(code)
        else None
    )
    context = {
        "draft": draft,
        "form": form,
        "facts": _facts(parsed),
        "parts": [_part(part) for part in parsed.parts],
        "warnings": parsed.warnings,
        "cites": parsed.metadata.cites,
        "count": sum(1 for _clause in parsed.walk()),
        "proposals": sum(1 for warning in parsed.warnings if warning.proposed),
        "known": known,
        "crumbs": [(_("编校"), reverse("policy:making"))],
    }
    return render(request, "policy/preview.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw an upload away."""
    programme_to_edit(request)
    draft = get_object_or_404(drafts_for(request.actor), pk=pk)
    discard_draft(actor=request.actor, now=request.now, draft=draft)
    messages.success(request, _("已丢弃“%(name)s”。") % {"name": draft.file_name})
    return redirect("policy:making")


def _facts(parsed: ParsedDocument) -> list[tuple[str, Any]]:
    labels = (
        _("标题"), _("发文机关"), _("发文字号"), _("成文日期"), _("发布日期"), _("施行日期"), _("有效期至"),
        _("标注的时效"), _("主送"),
    )  # fmt: skip
    values = parsed.metadata.to_json()
    return [(label, values[name] or "") for name, label in zip(_METADATA, labels, strict=True)]


def _part(part: Any) -> dict[str, Any]:
    kinds = {"notice": _("通知"), "body": _("正文"), "annex": _("附件")}
    return {
        "kind": kinds[part.kind],
        "title": part.title or "",
        "preamble": [piece.text for piece in part.preamble],
        "clauses": [_clause(clause) for clause in part.clauses],
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "number": clause.number,
        "heading": clause.heading.text if clause.heading else "",
        "text": [
            piece.text for piece in sorted([*clause.paragraphs, *clause.items], key=lambda piece: piece.start)
        ],
        "units": [unit.unit for unit in clause.responsible],
        "line": clause.line,
        "children": [_clause(child) for child in clause.children],
    }
