"""Tell somebody who has no account, by mail, through the same outbox and with the same care as everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import translation

from kaichuang.notices.channels import Line, Message, channel
from kaichuang.notices.enums import Level
from kaichuang.notices.kinds import notice_kind
from kaichuang.notices.models import Notice, OutsideMail
from kaichuang.notices.operations.outgoing import deliver, stuck
from kaichuang.notices.queries.words import words_of
from kaichuang.places.models import Programme

MAIL = "mail"


def notify_address(
    *,
    kind: str,
    address: str,
    language: str,
    now: datetime,
    key: str,
    programme: Programme | None = None,
    params: Mapping[str, Any] | None = None,
    link: str = "",
    clause: str = "",
    subject: models.Model | None = None,
) -> Notice:
    """Put one mail into the outbox; part of the caller's transaction, told once for each `key`.

    Nobody has confirmed the address: what is told may say only what a stranger who reads it by mistake may know.
    `link` is an address of this site.
    """
    from kaichuang.notices.tasks import send_outside

    told = Notice.objects.filter(key=key).first()
    if told is not None:
        return told
    notice = Notice(
        programme=programme,
        kind=kind,
        params=dict(params or {}),
        level=notice_kind(kind).level,
        link=link,
        clause=clause,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        audience="outside",
        key=key,
        created_at=now,
    )
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
            mail = OutsideMail.objects.create(
                notice=notice, address=address, language=language, created_at=now
            )
            send_outside.defer(mail_id=mail.pk)
    except IntegrityError:
        # Another transaction has told it between the look and the insert.
        return Notice.objects.get(key=key)
    return notice


def send_outside_mail(*, mail_id: int, now: datetime) -> bool:
    """Send one mail; tells whether it was sent now. Raises `NotSent` when it should be tried again."""
    return deliver(OutsideMail.objects.select_related("notice").filter(pk=mail_id), _send, now=now)


def requeue_stuck_outside(*, now: datetime) -> int:
    """Queue again what was left behind."""
    from kaichuang.notices.tasks import send_outside

    found = stuck(OutsideMail.objects.all(), now=now)
    for pk in found:
        send_outside.defer(mail_id=pk)
    return len(found)


def _send(mail: OutsideMail) -> None:
    way = channel(MAIL)
    if way is None:
        raise LookupError(f"no channel {MAIL}")
    with translation.override(mail.language):
        words = words_of(mail.notice)
        url = settings.BASE_URL + mail.notice.link
        line = Line(words.title, words.body, url, mail.notice.level == Level.URGENT)
        key = f"kaichuang-outside-{mail.pk}"
        way.send(Message(key, None, str(mail.address), words.title, (line,)))
