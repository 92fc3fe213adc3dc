"""The journal as its readers may see it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from kaichuang.journal.models import Entry, Seal, Unsealed
from kaichuang.journal.permissions import may_audit
from kaichuang.kit.actor import Actor


def entries_for(actor: Actor, *, scope: str) -> QuerySet[Entry]:
    """Entries of one programme (`scope` is its slug) for its auditors and administrators; all for the system.

    Everybody else sees what they did themselves. The caller passes the slug of the actor's own programme.
    """
    entries = Entry.objects.order_by("-id")
    if actor.is_system:
        return entries
    if may_audit(actor, None):
        return entries.filter(Q(scope=scope) | Q(scope="", subject_type__startswith="clock."))
    if actor.user_id is None:
        return entries.none()
    return entries.filter(actor_user_id=actor.user_id)


def filter_entries(
    entries: QuerySet[Entry],
    *,
    kind: str = "",
    action: str = "",
    subject_type: str = "",
    subject_id: str = "",
    who: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[Entry]:
    """Narrow a list of entries; days are inclusive and those of the recording clock."""
    wanted = Q()
    if kind:
        wanted &= Q(kind=kind)
    if action:
        wanted &= Q(action=action)
    if subject_type:
        wanted &= Q(subject_type=subject_type)
    if subject_id:
        wanted &= Q(subject_id=subject_id)
    if who:
        wanted &= Q(actor_name__icontains=who)
    if first:
        wanted &= Q(recorded_at__gte=_start(first))
    if last:
        wanted &= Q(recorded_at__lt=_start(last + timedelta(days=1)))
    return entries.filter(wanted)


def head() -> tuple[int, str, int]:
    """(last position, chain value in hex, entries that wait for their seal)."""
    seal = Seal.objects.order_by("-position").first()
    waiting = Unsealed.objects.count()
    return (seal.position, bytes(seal.chain_hash).hex(), waiting) if seal else (0, "", waiting)


def last_sealed_at() -> datetime | None:
    found: datetime | None = Seal.objects.aggregate(last=Max("sealed_at"))["last"]
    return found


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
