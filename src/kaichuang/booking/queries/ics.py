"""Bookings as calendars (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, FreeBusy

from kaichuang.booking.intervals import Span, merge, subtract
from kaichuang.booking.models import Booking, Feed, Resource, State
from kaichuang.booking.queries.availability import Asked, Board
from kaichuang.clock.problems import CalendarMissing
from kaichuang.clock.queries.today import business_date
from kaichuang.kit.secrets import lookup_hash
from kaichuang.parties.models import Membership

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
_STATUS = {
    State.PENDING: "TENTATIVE",
    State.OFFERED: "TENTATIVE",
    State.CONFIRMED: "CONFIRMED",
    State.IN_USE: "CONFIRMED",
    State.COMPLETED: "CONFIRMED",
}


def feed_of_key(key: str) -> Feed | None:
    """The feed with this key, of a user who may still sign in."""
    return Feed.objects.filter(key_hash=lookup_hash(key), user__is_active=True).select_related("user").first()


def bookings_of_feed(feed: Feed, *, now: datetime) -> list[Booking]:
    """What the user booked and what was booked for the parties that they belong to, near enough to matter."""
    today = business_date(None, now)
    still = Membership.objects.filter(Q(until=None) | Q(until__gte=today), user=feed.user_id)
    window = (now - BACK, now + AHEAD)
    about = Q(booked_by=feed.user_id) | Q(party__in=still.values("party"))
    bookings = Booking.objects.filter(about, period__overlap=window, state__in=_STATUS)
    return list(bookings.select_related("resource", "party").distinct().order_by("period", "pk"))


def calendar_of(bookings: Iterable[Booking], *, name: str, host: str, now: datetime) -> bytes:
    """The bookings as events."""
    calendar = _calendar(name)
    for booking in bookings:
        event = Event()
        event.add("uid", f"booking-{booking.pk}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", booking.period.lower.astimezone(UTC))
        event.add("dtend", booking.period.upper.astimezone(UTC))
        event.add("summary", booking.resource.name)
        event.add("status", _STATUS[State(booking.state)])
        if booking.resource.location:
            event.add("location", booking.resource.location)
        event.add("description", "\n".join(filter(None, [booking.purpose, booking.party.name])))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def free_busy_of(resource: Resource, *, host: str, now: datetime) -> bytes:
    """When the resource is taken, without saying by whom."""
    window = (now, now + timedelta(days=max(resource.horizon, 1)))
    calendar = _calendar(_("%s：忙闲") % resource.name)
    component = FreeBusy()
    component.add("uid", f"resource-{resource.pk}@{host}")
    component.add("dtstamp", now)
    component.add("dtstart", window[0])
    component.add("dtend", window[1])
    spans = [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in _busy(resource, window)]
    for span in spans:
        component.add("freebusy", [span])
    calendar.add_component(component)
    return bytes(calendar.to_ical())


def _busy(resource: Resource, window: Span) -> Sequence[Span]:
    """What is not free of the time in which it is open."""
    asked = Asked(resource)
    board = Board([asked], window)
    try:
        return merge(subtract(board.open(asked), board.free(asked)))
    except CalendarMissing:
        return [window]


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Kaichuang//Booking//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    return calendar
