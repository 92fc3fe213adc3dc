"""Tell somebody who has no account, by mail, through the same outbox and with the same care as everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import translation

from kaichuang.notices.channels import Line, Message, channel
from kaichuang.notices.enums import DispatchState, Level
from kaichuang.notices.kinds import notice_kind
from kaichuang.notices.models import Notice, OutsideMail
from kaichuang.notices.operations.dispatch import MAX_ATTEMPTS, STUCK, NotSent
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
    failure = ""
    with transaction.atomic():
        mail = (
            OutsideMail.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("notice")
            .filter(pk=mail_id, state=DispatchState.QUEUED)
            .first()
        )
        if mail is None:
            return False
        mail.attempts += 1
        try:
            _send(mail)
        except Exception as error:  # whatever a gateway raises means: not sent
            failure = f"{type(error).__name__}: {error}".replace(str(mail.address), "…")[:500]
            mail.error = failure
            if mail.attempts >= MAX_ATTEMPTS:
                mail.state, mail.address = DispatchState.FAILED, ""
        else:
            mail.state, mail.sent_at, mail.error, mail.address = DispatchState.SENT, now, "", ""
        mail.save(update_fields=["attempts", "state", "sent_at", "error", "address"])
    if failure and mail.state == DispatchState.QUEUED:
        raise NotSent(failure)
    return not failure


def requeue_stuck_outside(*, now: datetime) -> int:
    """Queue again what has waited too long: its worker was killed, or gave up."""
    from kaichuang.notices.tasks import send_outside

    waiting = OutsideMail.objects.filter(state=DispatchState.QUEUED, created_at__lt=now - STUCK)
    pks = list(waiting.values_list("pk", flat=True)[:1000])
    for pk in pks:
        send_outside.defer(mail_id=pk)
    return len(pks)


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
