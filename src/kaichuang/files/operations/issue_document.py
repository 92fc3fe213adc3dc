"""Issue an official PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kaichuang.files import access, codes, store
from kaichuang.files.enums import DocumentKind
from kaichuang.files.models import Attachment, Document
from kaichuang.files.operations.keep import keep_content
from kaichuang.files.pdf.render import ARCHIVE, qr_svg, render_pdf
from kaichuang.files.permissions import issue
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme


def issue_document(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    template: str,
    title: str,
    issuer: str,
    data: Mapping[str, Any],
    kind: str = DocumentKind.NOTICE,
    number: str = "",
    facts: Sequence[tuple[str, str]] = (),
    recipient: Party | None = None,
    subject: models.Model | None = None,
    standards: Sequence[str] = ARCHIVE,
) -> Document:
    """Render, keep and register a PDF with a verification code; part of the caller's transaction if there is one.

    `template` gets `data` with `title`, `issuer`, `number` and `verification` added. `facts` is what the public
    verification page shows beside title, number, issuer and date: mask people's names in it.
    Raises `Refused` when the number is taken.
    """
    require(issue(actor, programme.pk))
    code = codes.new_code()
    frozen = {**data, "title": title, "issuer": issuer, "number": number}
    pdf = render_pdf(
        template, {**frozen, "verification": verification(code)}, created=now, standards=standards
    )
    received = store.receive([pdf], limit=len(pdf))
    subject_type, subject_id = access.reference(subject)
    try:
        with transaction.atomic():
            _refuse_taken(programme, number)
            attachment = Attachment.objects.create(
                programme=programme,
                owner=recipient,
                uploaded_by_id=actor.user_id,
                uploaded_at=now,
                name=f"{title[:120]}.pdf",
                content=keep_content(received, media_type="application/pdf", now=now),
                kind="document",
                subject_type=subject_type,
                subject_id=subject_id,
            )
            document = Document.objects.create(
                programme=programme,
                kind=kind,
                template=template,
                title=title,
                number=number,
                issuer=issuer,
                recipient=recipient,
                subject_type=subject_type,
                subject_id=subject_id,
                data=frozen,
                facts=[list(fact) for fact in facts],
                code=code,
                attachment=attachment,
                issued_at=now,
                issued_by_id=actor.user_id,
            )
            record(
                actor=actor,
                now=now,
                action="issue",
                subject=document,
                scope=programme.slug,
                payload={"sha256": received.sha256, "number": number, "title": title},
            )
    finally:
        received.discard()
    return document


def verification(code: str) -> dict[str, str]:
    """What the template prints at the foot: code, QR code and how to check."""
    page = settings.BASE_URL + reverse("files:verify")
    return {
        "code": codes.grouped(code),
        "qr": qr_svg(f"{page}?code={code}"),
        "url": page,
        "label": _("验证码"),
        "hint": _("扫描二维码，或在下列网址输入验证码、上传本文件，即可核验真伪。"),
    }


def _refuse_taken(programme: Programme, number: str) -> None:
    # The unique constraint keeps the promise; this says it before the transaction is lost.
    if number and Document.objects.filter(programme=programme, number=number).exists():
        raise Refused(Problem("number_taken", _("该文号已使用，请另编文号。"), field="number"))
