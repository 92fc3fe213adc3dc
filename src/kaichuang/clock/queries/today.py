"""The business date: what "today" is for a programme."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from kaichuang.places.models import Programme


def business_date(programme: Programme | None, now: datetime) -> date:
    """The programme's frozen date if it has one, else the day of `now` in China."""
    if programme is not None and programme.business_date is not None:
        return programme.business_date
    return timezone.localdate(now)
