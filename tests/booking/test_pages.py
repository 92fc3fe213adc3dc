"""What the pages, calendars, the API and the commands show, and to whom."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from PIL import Image
from python_calamine import CalamineWorkbook

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.booking.cli import booking as command
from kaichuang.booking.models import Booking, Ladder, Outage, Quota, Resource, Strike, Suspension, WaitEntry
from kaichuang.booking.operations import book, catch_up, declare_outage, wait
from kaichuang.booking.queries.availability import Asked
from kaichuang.booking.queries.verify import verify
from kaichuang.kit.actor import Actor
from kaichuang.notices.models import Notice, WorkItem
from kaichuang.parties.models import Membership, Party, Role, RoleGrant
from kaichuang.places.models import Programme

from .conftest import actor_of, make_resource

pytestmark = pytest.mark.filterwarnings("ignore:No directory at:UserWarning")


def at(hours: float, *, day: int = 1) -> datetime:
    """China time, days after today: pages have the real time."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=day, hours=hours)).astimezone(UTC)


def now() -> datetime:
    return timezone.now()


def signed_in(programme: Programme, *roles: str, party: Party | None = None) -> Client:
    user = User.objects.create_user(username=f"u{User.objects.count()}", name="林晓", password="x")
    for role in roles:
        RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2015, 1, 1))
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY] = True
    session["programme"] = programme.slug
    if party is not None:
        Membership.objects.create(user=user, party=party, kind="owner", since=date(2015, 1, 1))
        session["party"] = party.pk
    session.save()
    return client


@pytest.fixture
def guest(programme: Programme) -> Actor:
    return actor_of(programme, Party.objects.create(kind="organisation", name="新芽科技"), Role.FOUNDER)


@pytest.fixture
def browser(programme: Programme, guest: Actor) -> Client:
    return signed_in(programme, "founder", party=Party.objects.get(pk=guest.party_id))


@pytest.fixture
def keeper_browser(programme: Programme, owner: Party) -> Client:
    return signed_in(programme, "operator", party=owner)


def text_of(client: Client, name: str, *args: Any, status: int = 200, **query: Any) -> str:
    answer = client.get(reverse(f"booking:{name}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def said(start: datetime, end: datetime, **more: Any) -> dict[str, Any]:
    """What the booking form sends."""
    begins, ends = timezone.localtime(start), timezone.localtime(end)
    return {
        "day": f"{begins:%Y-%m-%d}",
        "begins": f"{begins:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "request_key": "7d3f2a52-33a3-4c1c-8a2c-2f5f63f0c0d1",
        **more,
    }


class TestFinding:
    def test_the_list_names_the_next_free_time(self, room: Resource, guest: Actor, programme) -> None:
        room.notice = 24 * 60
        room.save()
        text = text_of(Client(), "resources", programme=programme.slug)
        assert room.name in text
        assert "最近空闲" in text

    def test_only_what_is_free_at_the_time_is_listed(self, programme, owner, guest: Actor) -> None:
        taken, free = (make_resource(programme, owner) for _ in range(2))
        book(actor=guest, now=now(), asked=Asked(taken), period=(at(9), at(10)))
        ask = {"day": f"{timezone.localtime(at(9)):%Y-%m-%d}", "begins": "09:00", "ends": "10:00"}
        text = text_of(Client(), "resources", programme=programme.slug, **ask)
        assert free.name in text
        assert taken.name not in text

    def test_it_can_be_taken_along_as_a_file(self, room: Resource, programme) -> None:
        answer = Client().get(
            reverse("booking:resources"), {"programme": programme.slug, "export": "resources.xlsx"}
        )
        sheet = CalamineWorkbook.from_filelike(
            io.BytesIO(b"".join(answer.streaming_content))
        ).get_sheet_by_index(0)
        assert sheet.to_python()[1][0] == room.name

    def test_strangers_see_busy_times_without_names(
        self, programme, room: Resource, guest: Actor, browser: Client, keeper_browser: Client
    ) -> None:
        booking = book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)), purpose="机密洽谈")
        link = reverse("booking:booking", args=[booking.pk])
        stranger = text_of(Client(), "week", room.pk, programme=programme.slug)
        assert "已约满" in stranger
        assert "新芽科技" not in stranger
        assert link not in stranger
        assert "我的预约" in text_of(browser, "week", room.pk)
        assert "新芽科技" in text_of(keeper_browser, "week", room.pk)
        assert "已约满" in text_of(Client(), "timeline", day=f"{timezone.localtime(at(9)):%Y-%m-%d}")

    def test_a_free_cell_leads_to_the_form_with_its_time(self, room: Resource, browser: Client) -> None:
        text = text_of(browser, "week", room.pk)
        start = f"{timezone.localtime(at(10)):%Y-%m-%dT10%%3A00}"
        assert f"{reverse('booking:book', args=[room.pk])}?start={start}" in text

    @pytest.mark.parametrize("name", ["resources", "timeline"])
    def test_three_cost_no_more_queries_than_one(self, programme, owner, name: str) -> None:
        def cost() -> int:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                text_of(Client(), name, programme=programme.slug)
            return len(queries)

        operator = make_resource(programme, owner, kind="operator")
        make_resource(programme, owner).requires.add(operator)
        cost()
        one = cost()
        for _ in range(2):
            make_resource(programme, owner).requires.add(operator)
        assert cost() == one <= 22


class TestBooking:
    def test_books_by_the_form_once(self, room: Resource, browser: Client) -> None:
        address = reverse("booking:book", args=[room.pk])
        assert "可以预约" in text_of(browser, "book", room.pk)
        for _ in range(2):
            answer = browser.post(address, said(at(9), at(10), purpose="路演"))
            assert answer.status_code == 302
        booking = Booking.objects.get()
        assert answer.headers["Location"] == reverse("booking:booking", args=[booking.pk])
        page = text_of(browser, "booking", booking.pk)
        assert "已确认" in page
        assert "路演" in page
        assert "林晓" in page

    def test_the_check_lists_everything_and_proposes(
        self, programme, owner, room: Resource, browser: Client, guest: Actor
    ) -> None:
        room.maximum, room.minimum = 60, 60
        room.save()
        Quota.objects.create(programme=programme, resource=room, period="day", unit="bookings", limit=3)
        book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)))
        answer = browser.post(reverse("booking:check", args=[room.pk]), said(at(9), at(11)))
        text = answer.content.decode()
        assert "最多预约 1 小时" in text
        assert "已被预约" in text
        assert "可由" in text
        assert "载体运营方" in text
        assert "还剩 2 / 3" in text
        proposal = f"{timezone.localtime(at(10)):%Y-%m-%dT10:00}/{timezone.localtime(at(11)):%Y-%m-%dT11:00}"
        assert proposal in text
        taken = browser.post(reverse("booking:book", args=[room.pk]), {**said(at(9), at(11)), "at": proposal})
        assert taken.status_code == 302
        assert Booking.objects.filter(period__startswith=at(10)).exists()

    def test_a_refusal_keeps_what_was_typed(self, room: Resource, browser: Client, guest: Actor) -> None:
        book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)))
        answer = browser.post(reverse("booking:book", args=[room.pk]), said(at(9), at(10), purpose="董事会"))
        assert answer.status_code == 422
        assert "董事会" in answer.content.decode()

    def test_waits_in_line_by_the_form(self, programme, room: Resource, browser: Client, owner) -> None:
        other = actor_of(programme, Party.objects.create(kind="organisation", name="别家"))
        book(actor=other, now=now(), asked=Asked(room), period=(at(9), at(10)))
        text = browser.post(reverse("booking:check", args=[room.pk]), said(at(9), at(10))).content.decode()
        assert reverse("booking:wait", args=[room.pk]) in text
        assert browser.post(reverse("booking:wait", args=[room.pk]), said(at(9), at(10))).status_code == 302
        entry = WaitEntry.objects.get()
        assert "候补中" in text_of(browser, "mine")
        assert browser.post(reverse("booking:leave_line", args=[entry.pk])).status_code == 302
        entry.refresh_from_db()
        assert entry.state == "withdrawn"

    def test_a_keeper_lets_a_rule_pass_with_a_reason(
        self, room: Resource, keeper_browser: Client, guest: Actor
    ) -> None:
        room.maximum = 60
        room.save()
        ask = said(at(9), at(11), party="新芽科技", override=["too_long"])
        address = reverse("booking:book", args=[room.pk])
        assert "放行规则须写明理由" in keeper_browser.post(address, ask).content.decode()
        assert keeper_browser.post(address, {**ask, "override_reason": "大型路演"}).status_code == 302
        booking = Booking.objects.get()
        assert (booking.overrides, booking.party_id) == (["too_long"], guest.party_id)
        assert Notice.objects.filter(kind="booking.booked_for_you").exists()

    def test_a_series_is_shown_before_it_is_booked(
        self, programme, room: Resource, browser: Client, guest: Actor
    ) -> None:
        other = actor_of(programme, Party.objects.create(kind="organisation", name="别家"))
        book(actor=other, now=now(), asked=Asked(room), period=(at(9, day=8), at(10, day=8)))
        ask = said(at(9), at(10), frequency="FREQ=WEEKLY", times="3")
        address = reverse("booking:book", args=[room.pk])
        shown = browser.post(address, ask).content.decode()
        assert "其中可预约 2 次" in shown
        assert Booking.objects.count() == 1
        assert browser.post(address, {**ask, "confirm": "1"}).status_code == 302
        assert Booking.objects.filter(party=guest.party_id).count() == 2

    def test_strange_input_is_refused_politely(self, room: Resource, browser: Client) -> None:
        address = reverse("booking:book", args=[room.pk])
        for ask in ({"day": "x"}, said(at(10), at(9)), {**said(at(9), at(10)), "at": "9999-99-99/2"}):
            assert browser.post(address, ask).status_code in {302, 422}
        assert browser.get(address, {"start": "0001-01-01T00:00", "end": "x"}).status_code == 200
        assert browser.get(reverse("booking:week", args=[room.pk]), {"day": "9999-12-31"}).status_code == 200


class TestOneBooking:
    @pytest.fixture
    def booking(self, room: Resource, guest: Actor) -> Booking:
        return book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)), purpose="洽谈")

    def test_moves_and_cancels(self, booking: Booking, browser: Client) -> None:
        answer = browser.post(reverse("booking:move", args=[booking.pk]), said(at(14), at(15)))
        assert answer.status_code == 302
        moved = Booking.objects.get(moved_from=booking)
        assert "查看新的预约" in text_of(browser, "booking", booking.pk)
        assert browser.post(reverse("booking:cancel", args=[moved.pk])).status_code == 302
        assert "已取消" in text_of(browser, "booking", moved.pk)

    def test_strangers_do_not_see_it(self, programme, booking: Booking) -> None:
        other = Party.objects.create(kind="organisation", name="别家")
        assert text_of(signed_in(programme, "founder", party=other), "booking", booking.pk, status=404)

    def test_waits_for_approval_on_the_keepers_list(
        self, room: Resource, browser: Client, keeper_browser: Client, guest: Actor
    ) -> None:
        room.needs_approval = True
        room.save()
        pending = book(actor=guest, now=now(), asked=Asked(room), period=(at(11), at(12)))
        item = WorkItem.objects.get(kind="booking.approve")
        assert (item.party_id, item.state) == (room.owner_id, "open")
        assert "新芽科技" in text_of(keeper_browser, "approvals")
        assert browser.post(reverse("booking:act", args=[pending.pk, "approve"])).status_code == 403
        answer = keeper_browser.post(
            reverse("booking:act", args=[pending.pk, "approve"]), {"back": "booking:approvals"}
        )
        assert answer.headers["Location"] == reverse("booking:approvals")
        item.refresh_from_db()
        assert item.state == "done"
        assert Notice.objects.filter(kind="booking.approved").count() == 1

    def test_a_rejection_tells_the_reason(self, room: Resource, keeper_browser: Client, guest: Actor) -> None:
        room.needs_approval = True
        room.save()
        pending = book(actor=guest, now=now(), asked=Asked(room), period=(at(11), at(12)))
        address = reverse("booking:reject", args=[pending.pk])
        assert keeper_browser.post(address, {"reason": ""}).status_code == 422
        assert keeper_browser.post(address, {"reason": "用途不符"}).status_code == 302
        assert Notice.objects.get(kind="booking.rejected").params["reason"] == "用途不符"

    def test_check_in_at_the_door(self, room: Resource, browser: Client, guest: Actor) -> None:
        start = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        early = start - timedelta(minutes=10)
        booking = book(actor=guest, now=early, asked=Asked(room), period=(start, start + timedelta(hours=1)))
        door = reverse("booking:door", args=[room.pk])
        if now() < start - timedelta(minutes=30):
            assert "现在没有您的预约" in text_of(browser, "door", room.pk)
            Booking.objects.filter(pk=booking.pk).update(
                period=(now() - timedelta(minutes=5), now() + timedelta(hours=1))
            )
        assert "签到" in text_of(browser, "door", room.pk)
        assert browser.post(door).status_code == 302
        assert Booking.objects.get(pk=booking.pk).state == "in_use"
        assert "已签到" in text_of(browser, "door", room.pk)

    def test_the_sign_holds_the_address_of_the_door(self, room: Resource, keeper_browser: Client) -> None:
        assert "扫码签到" in text_of(keeper_browser, "sign", room.pk)


class TestConduct:
    @pytest.fixture
    def strike(self, programme, owner, guest: Actor) -> Strike:
        Ladder.objects.create(programme=programme, strikes=1, window_days=30, suspend_days=10)
        room = make_resource(programme, owner, needs_check_in=True)
        before = now() - timedelta(days=2)
        book(actor=guest, now=before, asked=Asked(room, ()), period=_hour(before + timedelta(days=1)))
        catch_up(now=now())
        return Strike.objects.get()

    def test_appeals_and_is_heard(self, programme, strike: Strike, browser: Client) -> None:
        assert "暂停预约中" in text_of(browser, "mine")
        assert (
            browser.post(reverse("booking:appeal", args=[strike.pk]), {"reason": "停电"}).status_code == 302
        )
        assert WorkItem.objects.get(kind="booking.appeal").role == "officer"
        officer = signed_in(programme, "officer")
        assert "停电" in text_of(officer, "answer", strike.pk)
        answer = officer.post(
            reverse("booking:answer", args=[strike.pk]), {"waive": "1", "answer": "情况属实"}
        )
        assert answer.status_code == 302
        assert Suspension.objects.get().is_lifted
        assert "情况属实" in text_of(browser, "strikes")
        assert Notice.objects.filter(kind="booking.appeal_waived").count() == 1


def _hour(moment: datetime) -> tuple[datetime, datetime]:
    start = moment.replace(minute=0, second=0, microsecond=0)
    return start, start + timedelta(hours=1)


class TestKeeping:
    def _form(self, room: Resource, **more: Any) -> dict[str, Any]:
        from kaichuang.booking.web.keep_forms import ResourceForm

        form = ResourceForm(instance=room)
        values = {name: form[name].value() for name in form.fields}
        return {
            name: value
            for name, value in {**values, **more}.items()
            if value is not None and value is not False
        }

    def test_enters_a_resource_with_hours_and_a_quota(self, programme, owner, keeper_browser: Client) -> None:
        draft = Resource(programme=programme, owner=owner)
        made = keeper_browser.post(
            reverse("booking:add"), self._form(draft, name="新会议室", kind="room", requires=[], offers=[])
        )
        assert made.status_code == 302
        room = Resource.objects.get(name="新会议室")
        hours = {"day_1": "09:00-12:00，13:30-18:00", "day_6": "10:00-24:00"}
        assert keeper_browser.post(reverse("booking:hours", args=[room.pk]), hours).status_code == 302
        assert room.hours.count() == 3
        quota = {"period": "week", "limit": "3", "unit": "bookings"}
        assert keeper_browser.post(reverse("booking:new_quota", args=[room.pk]), quota).status_code == 302
        exception = {"date": "2040-01-02", "reason": "装修"}
        assert (
            keeper_browser.post(reverse("booking:new_exception", args=[room.pk]), exception).status_code
            == 302
        )
        page = text_of(keeper_browser, "keep", room.pk)
        assert "09:00-12:00, 13:30-18:00" in page
        assert "装修" in page

    def test_wrong_hours_are_told_at_their_line(self, room: Resource, keeper_browser: Client) -> None:
        answer = keeper_browser.post(reverse("booking:hours", args=[room.pk]), {"day_1": "九点到五点"})
        assert "九点到五点" in answer.content.decode()
        assert answer.status_code == 422
        crossing = {"day_1": "09:00-12:00,11:00-13:00"}
        assert keeper_browser.post(reverse("booking:hours", args=[room.pk]), crossing).status_code == 422

    def test_a_resource_cannot_need_itself_in_a_circle(
        self, programme, owner, room: Resource, keeper_browser: Client
    ) -> None:
        other = make_resource(programme, owner)
        other.requires.add(room)
        answer = keeper_browser.post(
            reverse("booking:edit", args=[room.pk]), self._form(room, requires=[other.pk], offers=[])
        )
        assert answer.status_code == 422
        assert "不能反过来需要本资源" in answer.content.decode(), answer.content.decode().split("kc-alert")[
            1:3
        ]

    def test_less_than_is_booked_cannot_be_offered(
        self, programme, owner, keeper_browser: Client, guest: Actor
    ) -> None:
        desks = make_resource(programme, owner, kind="desk", capacity=5)
        book(actor=guest, now=now(), asked=Asked(desks, quantity=4), period=(at(9), at(10)))
        form = self._form(desks, capacity=3, requires=[], offers=[])
        answer = keeper_browser.post(reverse("booking:edit", args=[desks.pk]), form)
        assert "以后的预约已用到更多容量" in answer.content.decode()

    def test_others_keep_nothing_of_it(self, programme, room: Resource) -> None:
        stranger = signed_in(
            programme, "operator", party=Party.objects.create(kind="organisation", name="别家")
        )
        assert text_of(stranger, "keep", room.pk, status=404)

    def test_photos_are_shown_to_everybody(self, programme, room: Resource, keeper_browser: Client) -> None:
        file = io.BytesIO()
        Image.new("RGB", (40, 30), "#1552a8").save(file, "PNG")
        upload = SimpleUploadedFile("room.png", file.getvalue(), content_type="image/png")
        answer = keeper_browser.post(reverse("booking:new_photo", args=[room.pk]), {"photo": upload})
        assert answer.status_code == 302, answer.content.decode()[:3000]
        page = text_of(Client(), "resource", room.pk, programme=programme.slug)
        address = page.split(f'src="{reverse("booking:resource", args=[room.pk])}photos/')[1].split('"')[0]
        shown = Client().get(
            f"{reverse('booking:resource', args=[room.pk])}photos/{address}", {"programme": programme.slug}
        )
        assert shown["Content-Type"] == "image/png"
        assert b"".join(shown.streaming_content).startswith(b"\x89PNG")
        number = int(address.rstrip("/"))
        keeper_browser.post(reverse("booking:drop_photo", args=[room.pk, number]))
        assert "kb-photos" not in text_of(Client(), "resource", room.pk, programme=programme.slug)

    def test_an_outage_lists_whom_it_hits_first(
        self, room: Resource, keeper_browser: Client, guest: Actor
    ) -> None:
        booking = book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)))
        address = reverse("booking:declare", args=[room.pk])
        ask = said(at(8), at(12), reason="空调检修", is_planned="on")
        shown = keeper_browser.post(address, ask)
        assert shown.status_code == 409
        assert "新芽科技" in shown.content.decode()
        assert Outage.objects.count() == 0
        done = keeper_browser.post(address, {**ask, "displace": "1", "seen": [booking.pk]})
        outage = Outage.objects.get()
        assert done.headers["Location"] == reverse("booking:outage", args=[outage.pk])
        assert Notice.objects.get(kind="booking.displaced").params["reason"] == "空调检修"
        assert keeper_browser.post(reverse("booking:end_outage", args=[outage.pk])).status_code == 302

    def test_the_register_is_exported(self, room: Resource, keeper_browser: Client, guest: Actor) -> None:
        book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)), purpose="=1+1")
        answer = keeper_browser.get(reverse("booking:kept_bookings"), {"export": "bookings.csv"})
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert rows[1][0] == room.name
        assert rows[1][3] == "新芽科技"
        assert rows[1][5] == "'=1+1"

    @pytest.mark.parametrize("name", ["mine", "kept_bookings", "approvals"])
    def test_three_rows_cost_no_more_queries_than_one(
        self,
        programme,
        owner,
        room: Resource,
        browser: Client,
        keeper_browser: Client,
        guest: Actor,
        name: str,
    ) -> None:
        room.needs_approval = name == "approvals"
        room.save()
        client = browser if name == "mine" else keeper_browser

        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                text_of(client, name)
            return len(queries)

        book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)))
        cost()
        one = cost()
        for hour in (10, 11):
            book(actor=guest, now=now(), asked=Asked(room), period=(at(hour), at(hour + 1)))
        assert cost() == one <= 45


class TestFeeds:
    def test_a_users_calendar_needs_only_the_key(self, room: Resource, browser: Client, guest: Actor) -> None:
        booking = book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)), purpose="路演")
        assert browser.post(reverse("booking:renew_feed")).status_code == 302
        address = text_of(browser, "feed").split('text-break">http://testserver')[1].split("<")[0]
        calendar = Calendar.from_ical(Client().get(address).content)
        (event,) = calendar.walk("VEVENT")
        assert (event.decoded("dtstart"), event.decoded("dtend")) == booking.when
        assert str(event["summary"]) == room.name
        assert "路演" in str(event["description"])
        browser.post(reverse("booking:renew_feed"))
        assert Client().get(address).status_code == 404

    def test_a_resources_calendar_tells_no_names(self, programme, room: Resource, guest: Actor) -> None:
        book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)), purpose="机密")
        answer = Client().get(reverse("booking:resource_ics", args=[room.pk]), {"programme": programme.slug})
        (busy,) = Calendar.from_ical(answer.content).walk("VFREEBUSY")
        assert answer["Content-Type"].startswith("text/calendar")
        assert busy["freebusy"].to_ical().decode() == f"{at(9):%Y%m%dT%H%M%SZ}/{at(10):%Y%m%dT%H%M%SZ}"
        assert "机密" not in answer.content.decode()


class TestApi:
    def _post(self, client: Client, path: str, **payload: Any) -> Any:
        return client.post(f"/api/booking/{path}", json.dumps(payload), content_type="application/json")

    def test_books_and_says_everything_that_is_wrong(
        self, room: Resource, browser: Client, guest: Actor
    ) -> None:
        ask = {"start": at(9).isoformat(), "end": at(10).isoformat()}
        made = self._post(browser, f"resources/{room.pk}/bookings", **ask, purpose="路演")
        assert (made.status_code, made.json()["state"]) == (200, "confirmed")
        again = self._post(browser, f"resources/{room.pk}/bookings", **ask)
        assert again.status_code == 422
        told = again.json()
        assert [one["code"] for one in told["violations"]] == ["taken"]
        assert told["violations"][0]["overridable_by"] == []
        assert len(told["feasible"]) == 3
        assert self._post(browser, f"resources/{room.pk}/check", **ask).json()["violations"]
        free = browser.get(
            f"/api/booking/resources/{room.pk}/free",
            {"start": at(8).isoformat(), "end": at(12).isoformat()},
        ).json()
        assert [datetime.fromisoformat(one["start"]) for one in free] == [at(8), at(10)]
        key = made.json()["id"]
        moved = self._post(browser, f"bookings/{key}/move", start=at(14).isoformat(), end=at(15).isoformat())
        assert moved.json()["moved_from_id"] == key
        assert self._post(browser, f"bookings/{moved.json()['id']}/cancel").json()["state"] == "cancelled"

    def test_decisions_are_the_keepers(
        self, room: Resource, browser: Client, keeper_browser: Client, guest: Actor
    ) -> None:
        room.needs_approval = True
        room.save()
        pending = book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)))
        assert self._post(browser, f"bookings/{pending.pk}/do/approve").status_code == 403
        assert self._post(keeper_browser, f"bookings/{pending.pk}/do/approve").json()["state"] == "confirmed"
        assert self._post(keeper_browser, f"bookings/{pending.pk}/do/approve").status_code == 409


class TestTelling:
    def test_an_offer_is_told_once_and_urgently(
        self, programme, room: Resource, guest: Actor, browser: Client
    ) -> None:
        other = actor_of(programme, Party.objects.create(kind="organisation", name="别家"))
        booking = book(actor=other, now=now(), asked=Asked(room), period=(at(9), at(10)))
        wait(actor=guest, now=now(), resource=room, period=(at(9), at(10)))
        from kaichuang.booking.operations import cancel

        cancel(actor=other, now=now(), booking=booking)
        notice = Notice.objects.get(kind="booking.offered")
        assert notice.level == "urgent"
        offer = Booking.objects.get(state="offered")
        assert "确认递补" in text_of(browser, "booking", offer.pk)
        browser.post(reverse("booking:act", args=[offer.pk, "accept"]))
        assert Booking.objects.get(pk=offer.pk).state == "confirmed"


class TestCommands:
    def test_verify_finds_what_was_broken(self, room: Resource, guest: Actor) -> None:
        booking = book(actor=guest, now=now(), asked=Asked(room), period=(at(9), at(10)))
        done = CliRunner().invoke(command, ["verify", "--json"])
        assert (done.exit_code, json.loads(done.output)["sound"]) == (0, True)
        booking.claims.update(is_live=False)
        Quota.objects.create(programme=room.programme, resource=room, period="day", unit="bookings", limit=9)
        assert {finding.code for finding in verify().findings} == {"claim_state", "quota"}
        assert CliRunner().invoke(command, ["verify"]).exit_code == 1

    def test_scan_catches_up(self, room: Resource, guest: Actor) -> None:
        before = now() - timedelta(days=2)
        book(actor=guest, now=before, asked=Asked(room), period=_hour(before + timedelta(days=1)))
        assert "completed 1" in CliRunner().invoke(command, ["scan"]).output


def test_declaring_by_operation_and_page_agree(room: Resource, keeper: Actor, programme) -> None:
    declare_outage(actor=keeper, now=now(), resource=room, period=(at(9), at(12)), reason="检修")
    assert "停用" in text_of(Client(), "resource", room.pk, programme=programme.slug)


def test_a_link_to_a_room_of_another_programme_leads_there(programme: Programme, owner: Party) -> None:
    room = make_resource(programme, owner)
    other = Programme.objects.create(slug="other", name="另一项目", place=programme.place)
    browser = Client()
    browser.get(f"/?programme={other.slug}")
    for address in (f"/booking/resources/{room.pk}/", f"/booking/resources/{room.pk}/week/"):
        answer = browser.get(address, follow=True)
        assert answer.redirect_chain == [(f"{address}?programme={programme.slug}", 302)]
        assert room.name in answer.content.decode()
        browser.get(f"/?programme={other.slug}")
    Programme.objects.filter(pk=programme.pk).update(is_public=False)
    assert browser.get(f"/booking/resources/{room.pk}/").status_code == 404
