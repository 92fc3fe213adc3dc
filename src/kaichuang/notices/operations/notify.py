"""Tell people something, once; or many things together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from kaichuang.accounts.models import User
from kaichuang.clock.queries.today import business_date
from kaichuang.kit.commit import once_on_commit
from kaichuang.notices.audience import Audience, people_of_each
from kaichuang.notices.channels import all_channels
from kaichuang.notices.enums import Level, MailMode
from kaichuang.notices.kinds import notice_kind
from kaichuang.notices.models import Notice, Posting, Preference, Receipt
from kaichuang.notices.quiet import next_allowed, next_at
from kaichuang.places.models import Programme

_BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing to tell; the fields are the arguments of `notify`."""

    kind: str
    audience: Audience | Sequence[Audience]
    programme: Programme | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    level: str = ""
    link: str = ""
    clause: str = ""
    subject: models.Model | None = None
    key: str = ""

    @property
    def audiences(self) -> list[Audience]:
        return [self.audience] if isinstance(self.audience, Audience) else list(self.audience)


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
    telling = Telling(
        kind=kind,
        audience=audience if isinstance(audience, Audience) else list(audience),
        programme=programme,
        params=params or {},
        level=level,
        link=link,
        clause=clause,
        subject=subject,
        key=key,
    )
    return notify_many([telling], now=now)[0]


def notify_many(tellings: Sequence[Telling], *, now: datetime) -> list[Notice]:
    """Tell many things at once, each as `notify` does. The notices are in the order of what was told."""
    told = _told(tellings)
    with transaction.atomic():
        while True:
            fresh = {at: _notice(tellings[at], now) for at in _untold(tellings, told)}
            try:
                with transaction.atomic():
                    Notice.objects.bulk_create(fresh.values(), batch_size=_BATCH)
                break
            except IntegrityError:
                # Another transaction has told one of them between the look and the insert; any other rule is an error.
                before, told = told, _told(tellings)
                if told.keys() == before.keys():
                    raise
        _deliver([(fresh[at], tellings[at]) for at in fresh], now)
    told |= {notice.key: notice for notice in fresh.values()}
    return [fresh[at] if at in fresh else told[one.key] for at, one in enumerate(tellings)]


def _untold(tellings: Sequence[Telling], told: Mapping[str, Notice]) -> Iterator[int]:
    """Which of them nobody has told, here or before."""
    seen = set(told)
    for at, one in enumerate(tellings):
        if not one.key or one.key not in seen:
            yield at
        seen.add(one.key)


def _told(tellings: Sequence[Telling]) -> dict[str, Notice]:
    keys = [one.key for one in tellings if one.key]
    return {notice.key: notice for notice in Notice.objects.filter(key__in=keys)} if keys else {}


def _notice(telling: Telling, now: datetime) -> Notice:
    subject = telling.subject
    return Notice(
        programme=telling.programme,
        kind=telling.kind,
        params=dict(telling.params),
        level=telling.level or notice_kind(telling.kind).level,
        link=telling.link,
        clause=telling.clause,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        audience="; ".join(map(str, telling.audiences))[:300],
        key=telling.key or f"{telling.kind}:{uuid4()}",
        created_at=now,
    )


def _deliver(notices: Sequence[tuple[Notice, Telling]], now: datetime) -> None:
    """One receipt for everybody, and a posting for each of their channels."""
    receipts = [
        Receipt(notice=notice, user=user)
        for notice, people in zip(
            (notice for notice, _telling in notices), _people(notices, now), strict=True
        )
        for user in people
    ]
    Receipt.objects.bulk_create(receipts, batch_size=_BATCH)
    preferences = _preferences(receipts)
    postings = [
        Posting(receipt=receipt, channel=channel.name, due_at=due_at)
        for receipt in receipts
        for channel in all_channels()
        if channel.wants(receipt.notice.level)
        and (due_at := leaves_at(preferences[_whose(receipt)], receipt.notice.level, now)) is not None
    ]
    Posting.objects.bulk_create(postings, batch_size=_BATCH)
    if any(posting.due_at <= now for posting in postings):
        _collect_once()


def _people(notices: Sequence[tuple[Notice, Telling]], now: datetime) -> list[list[User]]:
    """For each notice everybody in its audiences, each once; what many share is looked up once."""
    days = [business_date(telling.programme, now) for _notice, telling in notices]
    known = {
        day: people_of_each(
            (
                one
                for (_notice, telling), its in zip(notices, days, strict=True)
                if its == day
                for one in telling.audiences
            ),
            day,
        )
        for day in set(days)
    }
    return [
        list({user.pk: user for one in telling.audiences for user in known[day][one]}.values())
        for (_notice, telling), day in zip(notices, days, strict=True)
    ]


def _whose(receipt: Receipt) -> tuple[int | None, int]:
    return receipt.notice.programme_id, receipt.user_id


def _preferences(receipts: Sequence[Receipt]) -> dict[tuple[int | None, int], Preference]:
    """By programme and person."""
    found = {}
    for programme in {receipt.notice.programme_id for receipt in receipts}:
        people = {r.user_id: r.user for r in receipts if r.notice.programme_id == programme}
        for user_id, preference in preferences_of(people.values(), programme).items():
            found[programme, user_id] = preference
    return found


def _collect_once() -> None:
    """One job for a transaction, however many it tells; what a savepoint rolled back is asked for again."""
    from kaichuang.notices.tasks import collect

    if once_on_commit(_is_asked):
        # Rolled back with the transaction; the scan every few minutes is the second line.
        collect.defer()


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
