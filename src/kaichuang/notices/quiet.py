"""Quiet hours and digests: when a message may leave."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def is_quiet(clock: time, *, quiet_from: time, quiet_until: time) -> bool:
    """Whether `clock` lies in the quiet hours, which begin included and end excluded and may span midnight."""
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def next_allowed(moment: datetime, *, quiet_from: time, quiet_until: time, zone: tzinfo = CHINA) -> datetime:
    """`moment`, or the end of the quiet hours in which it lies."""
    local = moment.astimezone(zone)
    if not is_quiet(local.time(), quiet_from=quiet_from, quiet_until=quiet_until):
        return moment
    return next_at(moment, quiet_until, zone=zone)


def next_at(moment: datetime, clock: time, *, zone: tzinfo = CHINA) -> datetime:
    """The first time at or after `moment` that the clock shows `clock`."""
    local = moment.astimezone(zone)
    today = local.replace(
        hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=clock.microsecond
    )
    return today if today >= local else today + timedelta(days=1)
