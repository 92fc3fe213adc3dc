"""Demo files: a licence of every start-up, a decision and a certificate for every makerspace."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from kaichuang.files.enums import DocumentKind
from kaichuang.files.models import Attachment, Document
from kaichuang.files.operations import attach, issue_document
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.parties.models import Membership, Party
from kaichuang.places.models import Programme


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """For every programme of the demo; what is there stays as it is."""
    if not settings.DEMO:
        return
    for programme in Programme.objects.select_related("place"):
        progress(programme.name)
        with transaction.atomic():
            _licence(programme, now)
            _certificate(programme, now)


def _firm(programme: Programme, part: str) -> Party | None:
    return Party.objects.filter(registered_in=programme, name__contains=part).order_by("pk").first()


def _licence(programme: Programme, now: datetime) -> None:
    party = _firm(programme, "新芽")
    member = Membership.objects.filter(party=party).order_by("pk").first()
    if party is None or member is None or Attachment.objects.filter(owner=party).exists():
        return
    actor = Actor(
        kind=ActorKind.USER,
        user_id=member.user_id,
        name=member.user.name,
        programme_id=programme.pk,
        party_id=party.pk,
    )
    attach(
        uploads=[SimpleUploadedFile("营业执照（演示）.png", _picture(party.uscc))],
        actor=actor,
        now=now,
        programme=programme,
        owner=party,
        kind="营业执照",
        labels=["证照"],
    )


def _picture(code: str) -> bytes:
    """A picture that nobody takes for a licence: a frame and the code."""
    image = Image.new("RGB", (800, 560), "#fdfaf3")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 780, 540), outline="#b8860b", width=6)
    draw.text((60, 60), f"DEMO  {code}", fill="#444444")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _certificate(programme: Programme, now: datetime) -> None:
    party = _firm(programme, "星火")
    year = timezone.localdate(now).year
    number = f"演示〔{year}〕1号"
    if party is None or Document.objects.filter(programme=programme, number=number).exists():
        return
    day = timezone.localdate(now)
    issuer = f"{programme.place.name}科学技术局"
    issue_document(
        actor=Actor.system("demo", programme_id=programme.pk),
        now=now,
        programme=programme,
        template="files/certificate",
        kind=DocumentKind.CERTIFICATE,
        title="众创空间认定证书",
        issuer=issuer,
        number=number,
        data={
            "holder": party.name,
            "paragraphs": ["经评审和公示，认定你单位运营的“星火众创空间”为众创空间。（演示）"],
            "facts": [["统一社会信用代码", party.uscc], ["有效期", "三年"]],
            "date": f"{day.year}年{day.month}月{day.day}日",
        },
        facts=[("认定单位", party.name), ("有效期", "三年")],
        recipient=party,
    )
