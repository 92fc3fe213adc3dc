"""How much of its quotas a party has used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, DateField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Quota, QuotaUse, Resource
from kaichuang.booking.models.quota import QuotaPeriod, QuotaUnit


@dataclass(frozen=True, slots=True)
class Counted:
    """A quota, and what the party has used of it in the period of a booking."""

    quota: Quota
    used: int

    @property
    def left(self) -> int:
        return max(self.quota.limit - self.used, 0)


def quotas_of(resource: Resource) -> list[Quota]:
    """The quotas that count a booking of `resource`, always in the same order (they are locked in it)."""
    return list(_about(resource))


def usage_of(resource: Resource, *, party_id: int, moment: datetime) -> list[Counted]:
    """Every quota that counts a booking of `resource` that begins at `moment`, with the party's use; one query."""
    begins = Case(
        *(When(period=period, then=Value(begins_on(period, moment))) for period in QuotaPeriod.values),
        output_field=DateField(),
    )
    used = QuotaUse.objects.filter(quota=OuterRef("pk"), party=party_id, begins_on=OuterRef("begins"))
    quotas = (
        _about(resource).annotate(begins=begins).annotate(used=Coalesce(Subquery(used.values("used")), 0))
    )
    return [Counted(quota, quota.used) for quota in quotas]


def uses_of(resource: Resource, *, party_id: int) -> dict[tuple[int, date], int]:
    """All the party's use of the quotas that count a booking of `resource`, by quota and first day."""
    uses = QuotaUse.objects.filter(quota__in=_about(resource), party=party_id)
    return {(use.quota_id, use.begins_on): use.used for use in uses}


def _about(resource: Resource) -> QuerySet[Quota]:
    about = Q(resource=resource.pk) | Q(kind=resource.kind)
    return Quota.objects.filter(about, programme=resource.programme_id).order_by("pk")


def quota_period(quota: Quota, moment: datetime) -> date:
    """The first day of the quota's period into which a booking that starts at `moment` falls."""
    return begins_on(quota.period, moment)


def begins_on(period: str, moment: datetime) -> date:
    day = timezone.localdate(moment)
    if period == QuotaPeriod.WEEK:
        return day - timedelta(days=day.weekday())
    if period == QuotaPeriod.MONTH:
        return day.replace(day=1)
    if period == QuotaPeriod.YEAR:
        return day.replace(month=1, day=1)
    return day


def quota_units(quota: Quota, period: Span) -> int:
    """What a booking counts: itself, or its minutes."""
    if quota.unit == QuotaUnit.BOOKINGS:
        return 1
    return (period[1] - period[0]) // timedelta(minutes=1)
