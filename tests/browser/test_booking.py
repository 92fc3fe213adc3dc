"""Booking in a browser: find, book by keyboard and by phone, approve, check in; every page right in three languages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kaichuang.accounts.models import User
from kaichuang.booking import demo
from kaichuang.booking.models import Booking, Outage, Resource, Strike
from kaichuang.clock.models import Calendar, Day
from kaichuang.parties.demo import FIRMS
from kaichuang.parties.models import Membership, Party
from kaichuang.places.models import Programme

from ..fixtures.browser import LANGUAGES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def loaded(programme: Programme, now: datetime) -> Programme:
    """The demo's resources and bookings, with a calendar in which every weekday is a working day."""
    Calendar.objects.get_or_create(slug="cn", defaults={"name": "中国"})
    first = timezone.localdate(now) - timedelta(days=30)
    days = [first + timedelta(days=offset) for offset in range(300)]
    Day.objects.bulk_create(
        (Day(calendar="cn", date=day, kind="working" if day.weekday() < 5 else "weekend") for day in days),
        ignore_conflicts=True,
    )
    for firm in FIRMS:
        name = firm.name.format(place=programme.place.short_name)
        party = Party.objects.create(kind="organisation", name=name, registered_in=programme)
        user = User.objects.create_user(username=firm.key, name=f"{firm.key}负责人", password="x")
        Membership.objects.create(user=user, party=party, kind="owner", since=date(2015, 1, 1))
    demo._load_place(programme, now)
    demo.catch_up(now=now)
    return programme


@pytest.fixture
def member(loaded: Programme, make_user: Any) -> Any:
    """`member("startup", "founder")`: somebody who acts for the demo's firm."""

    def make(key: str, *roles: str) -> User:
        user: User = make_user(*roles, name="林晓")
        party = Party.objects.get(memberships__user__username=key)
        Membership.objects.create(user=user, party=party, kind="editor", since=date(2015, 1, 1))
        return user

    return make


def act_for(window: Any, party: Party) -> None:
    """Choose the party as people do."""
    page = window.go("/acting/")
    page.get_by_role("button", name=party.name).click()
    window.settle()


def pages(party: Party) -> list[str]:
    meeting = Resource.objects.get(name="洽谈室A")
    hall = Resource.objects.get(name="路演大厅")
    own = Booking.objects.filter(party=party, resource=meeting, state="confirmed").first()
    return [
        "/booking/",
        "/booking/timeline/",
        f"/booking/resources/{hall.pk}/",
        f"/booking/resources/{meeting.pk}/week/",
        f"/booking/resources/{meeting.pk}/book/",
        "/booking/mine/",
        f"/booking/bookings/{own.pk}/" if own else "/booking/mine/",
        f"/booking/bookings/{own.pk}/move/" if own else "/booking/mine/",
        f"/booking/check-in/{meeting.pk}/",
        "/booking/strikes/",
        "/booking/feed/",
    ]


def keeper_pages() -> list[str]:
    meeting = Resource.objects.get(name="洽谈室A")
    outage = Outage.objects.get()
    return [
        "/booking/keep/",
        f"/booking/keep/{meeting.pk}/",
        f"/booking/keep/{meeting.pk}/edit/",
        f"/booking/keep/{meeting.pk}/hours/",
        f"/booking/keep/{meeting.pk}/outage/",
        f"/booking/keep/{meeting.pk}/sign/",
        "/booking/keep/approvals/",
        "/booking/keep/bookings/",
        "/booking/outages/",
        f"/booking/outages/{outage.pk}/",
        "/booking/appeals/",
        f"/booking/appeals/{Strike.objects.get(state='appealed').pk}/",
        "/booking/rules/",
    ]


def name_of(path: str) -> str:
    return "-".join(part for part in path.strip("/").split("/") if not part.isdigit())


def test_every_page_is_right_in_three_languages(visit: Any, member: Any) -> None:
    party = Party.objects.get(memberships__user__username="startup")
    window = visit(user=member("startup", "founder"))
    act_for(window, party)
    for path in pages(party):
        window.survey(path, name_of(path), LANGUAGES)
    keeper = visit(user=member("space", "officer", "operator"))
    for path in keeper_pages():
        keeper.survey(path, name_of(path), LANGUAGES)
