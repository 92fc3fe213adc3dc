"""How much of its quotas a party has used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Quota, QuotaUse, Resource
from kaichuang.booking.models.quota import QuotaPeriod, QuotaUnit
from kaichuang.kit.sql import columns_of, prepared, read

# One JSON column, so that it may be read together with others: each quota, and what the party has used of it.
USED_COLUMN = f"""
    (SELECT json_agg(json_build_array({columns_of(Quota, "quota")}, coalesce(counted.used, 0)) ORDER BY quota.id)
       FROM booking_quota quota LEFT JOIN booking_quotause counted
         ON counted.quota_id = quota.id AND counted.party_id = %(party)s::bigint
        AND counted.begins_on = (%(begins)s::json ->> quota.period)::date
      WHERE quota.programme_id = %(programme)s::bigint
        AND (quota.resource_id = %(resource)s::bigint OR quota.kind = %(kind)s::text))"""  # noqa: S608  # names of the model

_SELECT = f"SELECT {USED_COLUMN}"


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
    ((rows,),) = prepared(_SELECT, used_values(resource, party_id=party_id, moment=moment))
    return counted_in(rows)


def used_values(resource: Resource, *, party_id: int, moment: datetime) -> dict[str, Any]:
    """What `USED_COLUMN` asks for."""
    return {
        "party": party_id,
        "begins": json.dumps({period: str(begins_on(period, moment)) for period in QuotaPeriod.values}),
        "programme": resource.programme_id,
        "resource": resource.pk,
        "kind": resource.kind,
    }


def counted_in(rows: Sequence[Sequence[Any]] | None) -> list[Counted]:
    """The quotas and uses in `USED_COLUMN`."""
    return [Counted(read(Quota, row), row[-1]) for row in rows or ()]


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
