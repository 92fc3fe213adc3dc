"""Pages of files."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.files import permissions
from kaichuang.files.models import Document
from kaichuang.files.operations import attach, log_view, revoke_document, withdraw_attachment
from kaichuang.files.queries import attachments_for, documents_for
from kaichuang.files.web import facts
from kaichuang.files.web.download import file_response
from kaichuang.files.web.forms import AttachmentFilter, DocumentFilter, ReasonForm, UploadForm
from kaichuang.files.web.tables import ATTACHMENTS, DOCUMENTS, state_badge
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Refused
from kaichuang.parties.models import Party, Role
from kaichuang.ui.forms import add_problems
from kaichuang.ui.tables import respond


@login_required
@require_safe
def attachment_list(request: Request) -> HttpResponse:
    """One's own uploads and the files of the party one acts for; auditors see all that they may read."""
    filters = AttachmentFilter(request.GET)
    values = filters.values
    actor = request.actor
    rows = attachments_for(actor, withdrawn=bool(values.get("withdrawn")))
    if not actor.has(Role.AUDITOR):
        own = Q(uploaded_by=actor.user_id)
        rows = rows.filter(own | Q(owner=actor.party_id) if actor.party_id is not None else own)
    if text := values.get("q"):
        rows = rows.filter(name__icontains=text)
    return respond(request, table=ATTACHMENTS, rows=rows, filters=filters, template="files/attachments.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request) -> HttpResponse:
    """Hand files in for the party one acts for, or for oneself."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        owner = Party.objects.filter(pk=request.actor.party_id).first() if request.actor.party_id else None
        try:
            kept = attach(
                uploads=form.cleaned_data["files"],
                actor=request.actor,
                now=request.now,
                programme=request.programme or None,
                owner=owner,
                kind=form.cleaned_data["kind"],
            )
        except Refused as refused:
            for problem in refused.problems:
                form.add_error("files", str(problem))
        else:
            messages.success(request, _("已上传 %(count)d 个文件。") % {"count": len(kept)})
            return HttpResponseRedirect(reverse("files:attachments"))
    return render(request, "files/upload.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attachment(request: Request, pk: int) -> HttpResponse:
    """One file, its history, and its withdrawal."""
    row = get_object_or_404(attachments_for(request.actor, withdrawn=True), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_attachment(
                attachment=row, actor=request.actor, now=request.now, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, _("附件已撤回。"))
            return HttpResponseRedirect(reverse("files:attachments"))
    context = {
        "attachment": row,
        "badge": state_badge(row),
        "crumbs": [(_("我的文件"), reverse("files:attachments"))],
        "items": facts.of_attachment(row),
        "form": form,
        "permit": permissions.withdraw(request.actor, row),
        "events": facts.events_of(row),
    }
    return render(request, "files/attachment.html", context, status=422 if form.errors else 200)


@require_safe
def download(request: Request, pk: int) -> HttpResponseBase:
    """The bytes. Strangers get 404; looking at other people's files is journalled."""
    row = get_object_or_404(attachments_for(request.actor, withdrawn=True), pk=pk)
    if row.content.purged_at is not None:
        raise Http404(_("该文件已按规定清除。"))
    if request.method == "GET" and "Range" not in request.headers:
        log_view(attachment=row, actor=request.actor, now=request.now)
    try:
        return file_response(request, row)
    except FileNotFoundError as error:
        raise Http404(_("文件缺失，请联系管理员。")) from error


@login_required
@require_safe
def document_list(request: Request) -> HttpResponse:
    """Documents issued to the party, or by the programme."""
    filters = DocumentFilter(request.GET)
    rows = documents_for(request.actor)
    for name, value in filters.values.items():
        if name == "q":
            rows = rows.filter(title__icontains=value) | rows.filter(number__icontains=value)
        else:
            rows = rows.filter(**{name: value})
    return respond(request, table=DOCUMENTS, rows=rows, filters=filters, template="files/documents.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: Request, pk: int) -> HttpResponse:
    """One document, its state, and its revocation by staff."""
    row: Document = get_object_or_404(documents_for(request.actor), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_document(
                document=row, actor=request.actor, now=request.now, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, _("文书已撤销。"))
            return HttpResponseRedirect(reverse("files:document", args=[row.pk]))
    context = {
        "document": row,
        "badge": state_badge(row),
        "crumbs": [(_("文书"), reverse("files:documents"))],
        "items": facts.of_document(row),
        "form": form,
        "may_revoke": row.is_valid and bool(permissions.end_document(request.actor, row)),
        "events": facts.events_of(row),
    }
    return render(request, "files/document.html", context, status=422 if form.errors else 200)
