"""Who gets what from the routes of booking. See tests/portal/test_routes.py."""

from datetime import UTC, datetime, timedelta
from itertools import count

_number = count(1)


def _owner():
    from kaichuang.parties.models import Party

    return Party.objects.create(kind="organisation", name=f"测试空间{next(_number)}")


def _resource(programme):
    from kaichuang.booking.models import Resource

    return Resource.objects.create(
        programme=programme, owner=_owner(), kind="room", name=f"会议室{next(_number)}", holidays="open"
    )


def _booking(programme, **more):
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from kaichuang.booking.models import Booking

    start = datetime(2040, 1, 2, 1, tzinfo=UTC)
    return Booking.objects.create(
        programme=programme,
        resource=_resource(programme),
        party=_owner(),
        period=DateTimeTZRange(start, start + timedelta(hours=1)),
        booked_at=start,
        **{"state": "confirmed", **more},
    )


def _strike(programme, state="appealed"):
    from kaichuang.booking.models import Strike

    booking = _booking(programme, state="missed")
    return Strike.objects.create(
        booking=booking, party=booking.party, kind="no_show", on="2026-01-02", state=state, appeal="停电"
    )


def _outage(programme):
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from kaichuang.booking.models import Outage

    start = datetime(2040, 1, 2, 1, tzinfo=UTC)
    return Outage.objects.create(
        resource=_resource(programme),
        period=DateTimeTZRange(start, start + timedelta(hours=1)),
        reason="检修",
        declared_at=start,
    )


def _exception(programme):
    from kaichuang.booking.models import OpeningException

    return OpeningException.objects.create(resource=_resource(programme), date="2040-01-02")


def _quota(programme):
    from kaichuang.booking.models import Quota

    return Quota.objects.create(programme=programme, kind="desk", period="day", unit="bookings", limit=3)


def _rung(programme):
    from kaichuang.booking.models import Ladder

    return Ladder.objects.get_or_create(programme=programme, strikes=9, window_days=9, suspend_days=9)[0]


def _pk(make, **more):
    return lambda programme: {"pk": make(programme).pk, **more}


OFFICERS = ("officer", "administrator")
KEEPER_ROLES = (*OFFICERS, "operator")


def _signed_in(**entry):
    return {"public": 302, "*": 200, **entry}


def _kept(**entry):
    """Of a resource that belongs to somebody else: officers yes, others do not see it."""
    return {"public": 302, **dict.fromkeys(OFFICERS, 200), "*": 404, **entry}


def _by_role(roles, **entry):
    return {"public": 302, **dict.fromkeys(roles, 200), "*": 403, **entry}


RESOURCE = _pk(_resource)

ROUTES = {
    "booking:resources": {"*": 200},
    "booking:timeline": {"*": 200},
    "booking:resource": {"make": RESOURCE, "*": 200},
    "booking:week": {"make": RESOURCE, "*": 200},
    "booking:resource_ics": {"make": RESOURCE, "*": 200},
    "booking:photo": {"make": _pk(_resource, photo=1), "*": 404},
    # Without a party to act for one cannot book; keepers book for others.
    "booking:book": {"make": RESOURCE, **dict.fromkeys(OFFICERS, 200), "*": 302},
    "booking:check": {
        "make": RESOURCE,
        "method": "post",
        "public": 302,
        **dict.fromkeys(OFFICERS, 200),
        "*": 403,
    },
    "booking:wait": {"make": RESOURCE, "method": "post", "public": 302, "*": 422},
    "booking:door": {"make": RESOURCE, "public": 302, "*": 200},
    "booking:mine": _signed_in(),
    "booking:leave_line": {"kwargs": {"pk": 0}, "method": "post", "public": 302, "*": 404},
    "booking:booking": {"make": _pk(_booking), **_kept()},
    "booking:cancel": {"make": _pk(_booking), **_kept()},
    "booking:reject": {"make": _pk(_booking), **_kept()},
    "booking:move": {"make": _pk(_booking), **_kept()},
    "booking:act": {
        "make": _pk(_booking, verb="approve"),
        "method": "post",
        "public": 302,
        **dict.fromkeys(OFFICERS, 409),
        "*": 404,
    },
    "booking:strikes": _signed_in(),
    "booking:appeal": {"make": _pk(_strike), "public": 302, "*": 404},
    "booking:feed": _signed_in(),
    "booking:renew_feed": {"method": "post", "public": 302, "*": 302},
    "booking:stop_feed": {"method": "post", "public": 302, "*": 302},
    "booking:own_ics": {"kwargs": {"key": "0" * 48}, "*": 404},
    "booking:kept": _by_role(KEEPER_ROLES),
    "booking:add": {"*": 302},
    "booking:kept_bookings": _by_role(KEEPER_ROLES),
    "booking:approvals": _by_role(KEEPER_ROLES),
    "booking:keep": {"make": RESOURCE, **_kept()},
    "booking:edit": {"make": RESOURCE, **_kept()},
    "booking:hours": {"make": RESOURCE, **_kept()},
    "booking:new_exception": {"make": RESOURCE, **_kept()},
    "booking:new_quota": {"make": RESOURCE, **_kept()},
    "booking:new_photo": {"make": RESOURCE, **_kept()},
    "booking:drop_photo": {"make": _pk(_resource, photo=1), "method": "post", "public": 302, "*": 404},
    "booking:declare": {"make": RESOURCE, **_kept()},
    "booking:sign": {"make": RESOURCE, **_kept()},
    "booking:drop_exception": {
        "make": _pk(_exception),
        "method": "post",
        "public": 302,
        **dict.fromkeys(OFFICERS, 302),
        "*": 404,
    },
    "booking:drop_quota": {
        "make": _pk(_quota),
        "method": "post",
        "public": 302,
        **dict.fromkeys(OFFICERS, 302),
        "*": 404,
    },
    "booking:outages": _signed_in(),
    "booking:outage": {"make": _pk(_outage), **_signed_in()},
    "booking:end_outage": {
        "make": _pk(_outage),
        "method": "post",
        "public": 302,
        **dict.fromkeys(OFFICERS, 302),
        "*": 404,
    },
    "booking:appeals": _by_role(OFFICERS),
    "booking:answer": {"make": _pk(_strike), **_by_role(OFFICERS)},
    "booking:rules": _by_role(OFFICERS),
    "booking:new_kind_quota": _by_role(OFFICERS),
    "booking:new_rung": _by_role(OFFICERS),
    "booking:drop_rung": {
        "make": _pk(_rung),
        "method": "post",
        "public": 302,
        **dict.fromkeys(OFFICERS, 302),
        "*": 403,
    },
    "api:list_resources": {"*": 200},
    "api:list_free": {"make": _pk(_resource), "*": 422},
    "api:check_booking": {"make": RESOURCE, "method": "post", "public": 401, "*": 400},
    "api:book_resource": {"make": RESOURCE, "method": "post", "public": 401, "*": 400},
    "api:wait_for_resource": {"make": RESOURCE, "method": "post", "public": 401, "*": 400},
    "api:list_bookings": {"public": 401, "*": 200},
    "api:get_booking": {"kwargs": {"pk": 0}, "public": 401, "*": 404},
    "api:list_waiting": {"public": 401, "*": 200},
    "api:cancel_booking": {"kwargs": {"pk": 0}, "method": "post", "public": 401, "*": 400},
    "api:reject_booking": {"kwargs": {"pk": 0}, "method": "post", "public": 401, "*": 400},
    "api:move_booking": {"kwargs": {"pk": 0}, "method": "post", "public": 401, "*": 400},
    "api:act_on_booking": {
        "kwargs": {"pk": 0, "verb": "approve"},
        "method": "post",
        "public": 401,
        "*": 404,
    },
}
