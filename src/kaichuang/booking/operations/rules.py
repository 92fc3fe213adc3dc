"""Set quotas and the ladder of strikes."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from kaichuang.booking.models import Ladder, Quota, Resource
from kaichuang.booking.operations.holding import lock
from kaichuang.booking.operations.validity import problems_of
from kaichuang.booking.permissions import may_keep, may_rule
from kaichuang.booking.queries.bundle import atoms_of
from kaichuang.booking.queries.recount import BEGIN
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import refuse_if
from kaichuang.places.models import Programme


def add_quota(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    period: str,
    unit: str,
    limit: int,
    resource: Resource | None = None,
    kind: str = "",
    clause: str = "",
) -> Quota:
    """Limit each party from now on: for a resource by its keepers, for a kind by officers.

    What has been booked already counts, even where it is more than the limit.
    """
    require(may_keep(actor, resource) if resource is not None else may_rule(actor, programme))
    quota = Quota(
        programme=programme,
        resource=resource,
        kind=kind,
        period=period,
        unit=unit,
        limit=limit,
        clause=clause,
    )
    refuse_if(problems_of(quota))
    with transaction.atomic():
        _lock_concerned(quota)
        quota.save()
        with connection.cursor() as cursor:
            cursor.execute(BEGIN, [quota.pk])
        payload = {
            "resource": quota.resource_id,
            "kind": kind,
            "period": period,
            "unit": unit,
            "limit": limit,
        }
        record(actor=actor, now=now, action="add_quota", subject=quota, scope=programme.slug, payload=payload)
    return quota


def remove_quota(*, actor: Actor, now: datetime, quota: Quota) -> None:
    """Nobody is limited by it any more."""
    resource = quota.resource
    require(may_keep(actor, resource) if resource is not None else may_rule(actor, quota.programme))
    with transaction.atomic():
        _lock_concerned(quota)
        record(actor=actor, now=now, action="remove_quota", subject=quota, scope=quota.programme.slug)
        quota.delete()


def set_rung(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    strikes: int,
    window_days: int,
    suspend_days: int,
    clause: str = "",
) -> Ladder:
    """So many strikes within so many days suspend a party for so long; the rung of that number is replaced."""
    require(may_rule(actor, programme))
    with transaction.atomic():
        rung = Ladder.objects.select_for_update().filter(programme=programme, strikes=strikes).first()
        rung = rung or Ladder(programme=programme, strikes=strikes)
        rung.window_days, rung.suspend_days, rung.clause = window_days, suspend_days, clause
        refuse_if(problems_of(rung))
        rung.save()
        payload = {"strikes": strikes, "window_days": window_days, "suspend_days": suspend_days}
        record(actor=actor, now=now, action="set_rung", subject=rung, scope=programme.slug, payload=payload)
    return rung


def remove_rung(*, actor: Actor, now: datetime, rung: Ladder) -> None:
    """Take a rung away; suspensions that run go on."""
    require(may_rule(actor, rung.programme))
    with transaction.atomic():
        record(actor=actor, now=now, action="remove_rung", subject=rung, scope=rung.programme.slug)
        rung.delete()


def _lock_concerned(quota: Quota) -> None:
    """Everything whose booking the quota counts: nobody books it while the count begins or ends."""
    about = Q(pk=quota.resource_id) | Q(kind=quota.kind) if quota.kind else Q(pk=quota.resource_id)
    lock(atoms_of(list(Resource.objects.filter(about, programme=quota.programme_id))))
