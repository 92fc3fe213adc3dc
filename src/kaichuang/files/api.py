"""The same files and documents as an API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.pagination import paginate
from ninja.security import django_auth

from kaichuang.accounts.ratelimit import allow
from kaichuang.files.models import Attachment, Document
from kaichuang.files.operations import attach, withdraw_attachment
from kaichuang.files.queries import attachments_for, documents_for, verify_code
from kaichuang.files.web.verify import RATE
from kaichuang.kit.http import Request
from kaichuang.parties.models import Party

router = Router(tags=["files"])


class AttachmentOut(Schema):
    id: int
    name: str
    kind: str
    size: int
    media_type: str
    sha256: str
    uploaded_at: datetime
    owner_id: int | None
    subject_type: str
    subject_id: str
    state: str
    download: str

    @staticmethod
    def resolve_size(row: Attachment) -> int:
        return row.content.size

    @staticmethod
    def resolve_media_type(row: Attachment) -> str:
        return row.content.media_type

    @staticmethod
    def resolve_sha256(row: Attachment) -> str:
        return row.content_id

    @staticmethod
    def resolve_download(row: Attachment) -> str:
        return reverse("files:download", args=[row.pk])


class DocumentOut(Schema):
    id: int
    kind: str
    title: str
    number: str
    issuer: str
    code: str
    state: str
    issued_at: datetime
    recipient_id: int | None
    attachment_id: int


class VerificationOut(Schema):
    """`verdict`: genuine, revoked, superseded, mistyped or unknown; the rest only when a document was found."""

    verdict: str
    title: str = ""
    number: str = ""
    issuer: str = ""
    issued_at: datetime | None = None
    ended_at: datetime | None = None
    facts: list[tuple[str, str]] = []


class Reason(Schema):
    reason: str


class ErrorOut(Schema):
    detail: str


@router.get("/attachments", response=list[AttachmentOut], auth=django_auth, summary="Attachments I may read")
@paginate
def list_attachments(request: Request, withdrawn: bool = False) -> Any:
    return attachments_for(request.actor, withdrawn=withdrawn)


@router.post("/attachments", response={201: list[AttachmentOut]}, auth=django_auth, summary="Upload files")
def upload(request: Request, files: File[list[UploadedFile]], kind: Form[str] = "") -> Any:
    actor = request.actor
    owner = Party.objects.filter(pk=actor.party_id).first() if actor.party_id else None
    kept = attach(
        uploads=files,
        actor=actor,
        now=request.now,
        programme=request.programme or None,
        owner=owner,
        kind=kind[:60],
    )
    return Status(201, kept)


@router.get("/attachments/{int:pk}", response=AttachmentOut, auth=django_auth, summary="One attachment")
def get_attachment(request: Request, pk: int) -> Any:
    return get_object_or_404(attachments_for(request.actor, withdrawn=True), pk=pk)


@router.post("/attachments/{int:pk}/withdraw", response=AttachmentOut, auth=django_auth, summary="Withdraw")
def withdraw(request: Request, pk: int, body: Reason) -> Any:
    row = get_object_or_404(attachments_for(request.actor), pk=pk)
    return withdraw_attachment(attachment=row, actor=request.actor, now=request.now, reason=body.reason)


@router.get("/documents", response=list[DocumentOut], auth=django_auth, summary="Documents I may read")
@paginate
def list_documents(request: Request) -> Any:
    return documents_for(request.actor)


@router.get(
    "/verify/{code}",
    response={200: VerificationOut, 429: ErrorOut},
    auth=None,
    summary="Is a document genuine?",
)
def verify(request: Request, code: str) -> Any:
    """Public; rate limited together with the page."""
    if not allow(request, "files.verify", RATE):
        return Status(429, {"detail": "too many requests"})
    found = verify_code(code)
    document = found.document
    return _shown(found.verdict, document) if document else {"verdict": found.verdict}


def _shown(verdict: str, document: Document) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "issued_at": document.issued_at,
        "ended_at": document.ended_at,
        "facts": document.facts,
    }
