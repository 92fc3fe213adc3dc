"""Keep resources: enter them, change their rules, say when they are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.utils.translation import gettext as _

from kaichuang.booking.models import Booking, Claim, OpeningException, OpeningHours, Resource
from kaichuang.booking.operations.holding import lock
from kaichuang.booking.operations.validity import problems_of
from kaichuang.booking.permissions import may_add, may_keep
from kaichuang.booking.queries.bundle import atoms_of, reaching
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

EDITABLE = (
    "kind",
    "name",
    "location",
    "description",
    "clause",
    "whole",
    "is_active",
    "capacity",
    "holidays",
    "step",
    "minimum",
    "maximum",
    "notice",
    "horizon",
    "buffer_before",
    "buffer_after",
    "needs_approval",
    "approval_hold",
    "offer_hold",
    "needs_check_in",
    "late_cancel",
    "no_show_after",
)
"""What a keeper may change."""


def add_resource(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    owner: Party,
    values: Mapping[str, Any],
    requires: Iterable[Resource] = (),
    offers: Iterable[Resource] = (),
) -> Resource:
    """Enter a resource that `owner` keeps. Raises `Refused` with everything that is wrong."""
    require(may_add(actor, owner))
    if not actor.is_system and actor.programme_id != programme.pk:
        require(may_keep(actor, Resource(programme=programme, owner=owner)))
    resource = Resource(programme=programme, owner=owner)
    with transaction.atomic():
        changed = _assign(resource, values)
        _check(resource, list(requires), list(offers), changed, now)
        resource.save()
        resource.requires.set(requires)
        resource.offers.set(offers)
        _journal(actor, now, resource, "add_resource", {"name": resource.name, "kind": resource.kind})
    return resource


def edit_resource(
    *,
    actor: Actor,
    now: datetime,
    resource: Resource,
    values: Mapping[str, Any],
    requires: Iterable[Resource] | None = None,
    offers: Iterable[Resource] | None = None,
) -> Resource:
    """Change a resource's rules; what has been booked stays as it was booked. Raises `Refused` with all problems."""
    require(may_keep(actor, resource))
    whole = values.get("whole")
    with transaction.atomic():
        lock([resource, *atoms_of([resource, *([whole] if whole else [])])])
        row = Resource.objects.select_related("programme", "owner").get(pk=resource.pk)
        before = {name: getattr(row, name) for name in EDITABLE}
        changed = _assign(row, values)
        needed = list(row.requires.all() if requires is None else requires)
        offered = list(row.offers.all() if offers is None else offers)
        _check(row, needed, offered, changed, now)
        row.save()
        row.requires.set(needed)
        row.offers.set(offered)
        if "capacity" in changed:
            # An outage takes every unit, also those that are new.
            outages = Claim.objects.filter(resource=row, outage__isnull=False, span__endswith__gt=now)
            outages.update(lanes=NumericRange(0, row.capacity, "[)"))
        changes = {name: [str(before[name]), str(getattr(row, name))] for name in sorted(changed)}
        together = {
            "requires": sorted(one.pk for one in needed),
            "offers": sorted(one.pk for one in offered),
        }
        _journal(actor, now, row, "edit_resource", {"changes": changes, **together})
    return row


def set_hours(
    *, actor: Actor, now: datetime, resource: Resource, hours: Sequence[tuple[int, time, time]]
) -> Resource:
    """Say when the resource is open in a week: (weekday, opens, closes), several a day; none at all is always."""
    require(may_keep(actor, resource))
    rows = [OpeningHours(resource=resource, weekday=day, opens=a, closes=b) for day, a, b in hours]
    refuse_if([problem for row in rows for problem in problems_of(row)])
    refuse_if(_crossing(hours))
    with transaction.atomic():
        lock([resource])
        resource.hours.all().delete()
        OpeningHours.objects.bulk_create(rows)
        told = [[day, f"{a:%H:%M}", f"{b:%H:%M}"] for day, a, b in hours]
        _journal(actor, now, resource, "set_hours", {"hours": told})
    return resource


def add_exception(
    *,
    actor: Actor,
    now: datetime,
    resource: Resource,
    date: date,
    opens: time | None = None,
    closes: time | None = None,
    reason: str = "",
) -> OpeningException:
    """On this date the weekly hours do not hold: other hours, or closed without times."""
    require(may_keep(actor, resource))
    row = OpeningException(resource=resource, date=date, opens=opens, closes=closes, reason=reason)
    with transaction.atomic():
        lock([resource])
        refuse_if(problems_of(row))
        row.save()
        _journal(
            actor, now, resource, "add_exception", {"date": str(date), "hours": [str(opens), str(closes)]}
        )
    return row


def remove_exception(*, actor: Actor, now: datetime, exception: OpeningException) -> None:
    """The weekly hours hold again on that date."""
    require(may_keep(actor, exception.resource))
    with transaction.atomic():
        lock([exception.resource_id])
        _journal(actor, now, exception.resource, "remove_exception", {"date": str(exception.date)})
        exception.delete()


def _assign(resource: Resource, values: Mapping[str, Any]) -> set[str]:
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not to be edited: {', '.join(sorted(unknown))}")
    changed = {name for name, value in values.items() if getattr(resource, name) != value}
    for name in changed:
        setattr(resource, name, values[name])
    return changed


def _check(
    resource: Resource, requires: list[Resource], offers: list[Resource], changed: set[str], now: datetime
) -> None:
    """Raise with everything that is wrong with a resource as it is about to be saved."""
    refuse_if(
        [
            *problems_of(resource),
            *_wrong_company(resource, requires, offers),
            *(_wrong_change(resource, changed, now) if not resource._state.adding else []),
        ]
    )


def _wrong_company(resource: Resource, requires: list[Resource], offers: list[Resource]) -> Iterable[Problem]:
    around = [one for one in (resource.whole, *requires, *offers) if one is not None]
    if any(one.programme_id != resource.programme_id for one in around):
        yield Problem("other_programme", _("只能与本项目的资源一起预约。"), field="requires")
    if resource.whole is not None and resource.whole.owner_id != resource.owner_id:
        yield Problem("other_owner", _("整体与部分须由同一单位管理。"), field="whole")
    if resource._state.adding:
        return
    above = set(Resource.objects.filter(pk__in=reaching([resource.pk])).values_list("pk", flat=True))
    if resource.whole_id is not None and resource.whole_id in _below(resource):
        yield Problem("circle", _("该资源是“%s”的整体，不能又是它的部分。") % resource.whole, field="whole")
    if any(one.pk in above for one in requires):
        yield Problem("circle", _("须同时预约的资源不能反过来需要本资源。"), field="requires")
    if any(one.pk == resource.pk for one in offers):
        yield Problem("circle", _("资源不能附加自身。"), field="offers")


def _below(resource: Resource) -> set[int]:
    found, level = {resource.pk}, {resource.pk}
    while level:
        parts = Resource.objects.filter(whole__in=level).exclude(pk__in=found)
        level = set(parts.values_list("pk", flat=True))
        found |= level
    return found


def _wrong_change(resource: Resource, changed: set[str], now: datetime) -> Iterable[Problem]:
    ahead = Claim.objects.filter(is_live=True, span__endswith__gt=now)
    if "kind" in changed and Booking.objects.filter(resource=resource).exists():
        yield Problem("kind_fixed", _("已有预约，不能再改类别。"), field="kind")
    if "capacity" in changed:
        beyond = ahead.filter(resource=resource, booking__isnull=False, lanes__endswith__gt=resource.capacity)
        if beyond.exists():
            yield Problem("capacity_used", _("以后的预约已用到更多容量，请先改期。"), field="capacity")
    if "whole" in changed:
        concerned = [resource.pk, *([resource.whole_id] if resource.whole_id else [])]
        if ahead.filter(resource__in=concerned).exists():
            message = _("整体或本资源以后还有预约或停用，须待其结束后再调整归属。")
            yield Problem("whole_used", message, field="whole")


def _crossing(hours: Sequence[tuple[int, time, time]]) -> Iterable[Problem]:
    ordered = sorted(hours)
    for (day, _opens, closes), (next_day, opens, _closes) in pairwise(ordered):
        if day == next_day and (closes > opens or closes == time(0)):
            yield Problem("hours_cross", _("同一天的开放时间有重叠。"), field="hours")
            return


def _journal(actor: Actor, now: datetime, resource: Resource, action: str, payload: dict[str, Any]) -> None:
    record(
        actor=actor, now=now, action=action, subject=resource, scope=resource.programme.slug, payload=payload
    )
