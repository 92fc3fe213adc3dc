"""Tell people something, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from kaichuang.accounts.models import User
from kaichuang.clock.queries.today import business_date
from kaichuang.notices.audience import Audience, people_of
from kaichuang.notices.channels import all_channels
from kaichuang.notices.enums import Level, MailMode
from kaichuang.notices.kinds import notice_kind
from kaichuang.notices.models import Notice, Posting, Preference, Receipt
from kaichuang.notices.quiet import next_allowed, next_at
from kaichuang.places.models import Programme

_BATCH = 2000


def notify(
    *,
    kind: str,
    audience: Audience | Iterable[Audience],
    now: datetime,
    programme: Programme | None = None,
    params: Mapping[str, Any] | None = None,
    level: str = "",
    link: str = "",
    clause: str = "",
    subject: models.Model | None = None,
    key: str = "",
) -> Notice:
    """Put a notice into the inbox of everybody in the audience, and into the outbox of their channels.

    Part of the caller's transaction: what is rolled back was never said. With a `key` that has been used before,
    nothing happens and the first notice is returned. `link` is an address of this site.
    """
    audiences = [audience] if isinstance(audience, Audience) else list(audience)
    told = Notice.objects.filter(key=key).first() if key else None
    if told is not None:
        return told
    key = key or f"{kind}:{uuid4()}"
    notice = Notice(
        programme=programme,
        kind=kind,
        params=dict(params or {}),
        level=level or notice_kind(kind).level,
        link=link,
        clause=clause,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        audience="; ".join(map(str, audiences))[:300],
        key=key,
        created_at=now,
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                notice.save(force_insert=True)
        except IntegrityError:
            # Another transaction has told it between the look and the insert.
            told = Notice.objects.filter(key=key).first()
            if told is None:
                raise
            return told
        _deliver(notice, people_of(audiences, business_date(programme, now)), now)
    return notice


def _deliver(notice: Notice, people: Sequence[User], now: datetime) -> None:
    receipts = Receipt.objects.bulk_create(
        [Receipt(notice=notice, user=user) for user in people], batch_size=_BATCH
    )
    preferences = preferences_of(people, notice.programme_id)
    postings = [
        Posting(receipt=receipt, channel=channel.name, due_at=due_at)
        for receipt in receipts
        for channel in all_channels()
        if channel.wants(notice.level)
        and (due_at := leaves_at(preferences[receipt.user_id], notice.level, now)) is not None
    ]
    Posting.objects.bulk_create(postings, batch_size=_BATCH)
    if any(posting.due_at <= now for posting in postings):
        _collect_once()


def _collect_once() -> None:
    """One job for a transaction, however many it tells; what a savepoint rolled back is asked for again."""
    from kaichuang.notices.tasks import collect

    if any(function is _is_asked for _, function, _ in transaction.get_connection().run_on_commit):
        return
    # Rolled back with the transaction; the scan every few minutes is the second line.
    collect.defer()
    transaction.on_commit(_is_asked)


def _is_asked() -> None:
    """A mark among what happens on commit: the job is queued."""


def preferences_of(people: Iterable[User], programme_id: int | None) -> dict[int, Preference]:
    """Everybody's preference for the programme: their own for it, their general one, or the default."""
    users = {user.pk: Preference(user=user) for user in people}
    rows = Preference.objects.filter(Q(programme=None) | Q(programme=programme_id), user__in=users).order_by(
        models.F("programme").asc(nulls_first=True)
    )
    users.update((row.user_id, row) for row in rows)
    return users


def leaves_at(preference: Preference, level: str, now: datetime) -> datetime | None:
    """When a notice may leave the system; None when the user wants no mail. Urgent ones leave at once."""
    if level == Level.URGENT:
        return now
    if preference.mail == MailMode.NONE:
        return None
    moment = next_at(now, preference.digest_at) if preference.mail == MailMode.DAILY else now
    return next_allowed(moment, quiet_from=preference.quiet_from, quiet_until=preference.quiet_until)
