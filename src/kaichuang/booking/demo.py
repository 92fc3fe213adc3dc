"""Demo resources of two places, with rules, bookings and something of every state to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kaichuang.booking.models import Booking, Ladder, Quota, Resource, ResourceKind
from kaichuang.booking.moments import at_local
from kaichuang.booking.operations import (
    add_quota,
    add_resource,
    appeal,
    book,
    declare_outage,
    set_hours,
    set_rung,
    wait,
)
from kaichuang.booking.operations.scan import catch_up
from kaichuang.booking.queries.availability import Asked, next_feasible
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import Refused
from kaichuang.parties.demo import FIRMS
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

PLACES = ("ninghai", "nantong")
T = TypeVar("T")
SYSTEM = Actor.system("demo")


class Thing(NamedTuple):
    """A resource of every place; `open` are hours of weekdays, `weekend` those of Saturday and Sunday."""

    key: str
    kind: ResourceKind
    name: str
    location: str
    text: str
    owner: str = "space"
    whole: str = ""
    requires: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    open: tuple[int, int] | None = (9, 18)
    weekend: tuple[int, int] | None = None
    rules: Mapping[str, Any] = {}


THINGS = (
    Thing(
        "projector",
        ResourceKind.INSTRUMENT,
        "移动投影仪",
        "前台领取",
        "可随会议室一并预约。",
        rules={"step": 30},
    ),
    Thing(
        "hall",
        ResourceKind.VENUE,
        "路演大厅",
        "1号楼1层",
        "可容纳200人，中间有活动隔断，可分为东厅和西厅分别预约。适合路演、沙龙和培训。",
        weekend=(9, 21),
        offers=("projector",),
        rules={"maximum": 600, "minimum": 60, "horizon": 90, "needs_approval": True, "holidays": "open"},
    ),
    Thing(
        "east",
        ResourceKind.VENUE,
        "路演大厅·东厅",
        "1号楼1层",
        "可容纳80人。",
        whole="hall",
        weekend=(9, 21),
        rules={"holidays": "open", "buffer_after": 30},
    ),
    Thing(
        "west",
        ResourceKind.VENUE,
        "路演大厅·西厅",
        "1号楼1层",
        "可容纳120人。",
        whole="hall",
        weekend=(9, 21),
        rules={"holidays": "open", "buffer_after": 30},
    ),
    Thing(
        "meeting",
        ResourceKind.ROOM,
        "洽谈室A",
        "1号楼2层201",
        "可坐8人，有白板和视频会议设备。",
        offers=("projector",),
        weekend=(9, 17),
        rules={"maximum": 240, "needs_check_in": True, "no_show_after": 15, "holidays": "open"},
    ),
    Thing(
        "technician",
        ResourceKind.OPERATOR,
        "检测工程师",
        "检测中心",
        "随仪器一并预约。",
        owner="institute",
        rules={"buffer_after": 30},
    ),
    Thing(
        "microscope",
        ResourceKind.INSTRUMENT,
        "场发射扫描电子显微镜",
        "产业技术研究院检测中心",
        "分辨率1.0纳米，配能谱。须由检测工程师陪同上机。",
        owner="institute",
        requires=("technician",),
        rules={
            "notice": 3 * 24 * 60,
            "minimum": 60,
            "maximum": 480,
            "step": 60,
            "buffer_after": 30,
            "horizon": 60,
        },
    ),
    Thing(
        "printer",
        ResourceKind.INSTRUMENT,
        "工业级3D打印机",
        "产业技术研究院加工中心",
        "成型尺寸400×400×400毫米。",
        owner="institute",
        rules={"maximum": 480, "step": 60, "minimum": 60},
    ),
    Thing(
        "desks",
        ResourceKind.DESK,
        "开放工位",
        "2号楼1层联合办公区",
        "40个工位，含网络、打印和茶水，按天或按小时使用。",
        open=(8, 22),
        weekend=(8, 22),
        rules={"capacity": 40, "minimum": 60, "maximum": 14 * 60, "step": 60, "holidays": "open"},
    ),
    Thing(
        "mentor",
        ResourceKind.MENTOR,
        "创业导师：融资与股权",
        "线上或1号楼203",
        "二十年投资经验，每周三、周四下午接受咨询，每次45分钟。",
        open=None,
        rules={
            "step": 45,
            "minimum": 45,
            "maximum": 90,
            "buffer_after": 15,
            "horizon": 60,
            "late_cancel": 24 * 60,
        },
    ),
)


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Ninghai and Nantong; running it again changes nothing but what time has done."""
    if not settings.DEMO:
        return
    for programme in Programme.objects.filter(slug__in=PLACES).order_by("slug"):
        progress(programme.name)
        with transaction.atomic():
            if not Resource.objects.filter(programme=programme).exists():
                _load_place(programme, now)
    catch_up(now=now)


def _load_place(programme: Programme, now: datetime) -> None:
    firms = {
        firm.key: Party.objects.filter(
            name=firm.name.format(place=programme.place.short_name), registered_in=programme
        ).first()
        for firm in FIRMS
    }
    if any(firm is None for firm in firms.values()):
        return
    things: dict[str, Resource] = {}
    for thing in THINGS:
        things[thing.key] = _add(programme, thing, firms, things, now)
    _rules(programme, things, now)
    _bookings(programme, things, firms, now)


def _add(
    programme: Programme, thing: Thing, firms: Mapping[str, Any], things: dict[str, Resource], now: datetime
) -> Resource:
    values = {
        "kind": thing.kind,
        "name": thing.name,
        "location": thing.location,
        "description": thing.text,
        "whole": things.get(thing.whole),
        **thing.rules,
    }
    resource = add_resource(
        actor=SYSTEM,
        now=now,
        programme=programme,
        owner=firms[thing.owner],
        values=values,
        requires=[things[key] for key in thing.requires],
        offers=[things[key] for key in thing.offers],
    )
    hours = [(day, *_span(thing.open)) for day in range(1, 6)] if thing.open else []
    hours += [(day, *_span(thing.weekend)) for day in (6, 7)] if thing.weekend else []
    if thing.key == "mentor":
        hours = [(3, time(13, 30), time(17, 15)), (4, time(13, 30), time(17, 15))]
    set_hours(actor=SYSTEM, now=now, resource=resource, hours=hours)
    return resource


def _span(hours: tuple[int, int]) -> tuple[time, time]:
    return time(hours[0]), time(hours[1])


def _rules(programme: Programme, things: dict[str, Resource], now: datetime) -> None:
    ask: dict[str, Any] = {"actor": SYSTEM, "now": now, "programme": programme}
    if not Quota.objects.filter(programme=programme).exists():
        add_quota(period="week", unit="minutes", limit=8 * 60, resource=things["meeting"], **ask)
        add_quota(period="month", unit="bookings", limit=2, kind=ResourceKind.MENTOR, **ask)
    if not Ladder.objects.filter(programme=programme).exists():
        set_rung(strikes=3, window_days=90, suspend_days=30, **ask)


def _bookings(
    programme: Programme, things: dict[str, Resource], firms: Mapping[str, Any], now: datetime
) -> None:
    """Ahead: one of each kind. Behind: one that was used, one that was missed and is appealed against."""
    startup, service = (_acting(programme, firms[key]) for key in ("startup", "service"))
    for key, hours, purpose, actor in (
        ("meeting", 2, "与投资机构洽谈", startup),
        ("desks", 8, "项目团队办公", startup),
        ("microscope", 2, "材料断口分析", startup),
        ("mentor", 1, "股权结构咨询", startup),
        ("hall", 3, "知识产权公益讲座", service),
        ("printer", 4, "样机外壳打印", service),
    ):
        _book_next(things[key], timedelta(hours=hours), purpose, actor, now)
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    meeting = (at_local(tomorrow, time(14)), at_local(tomorrow, time(16)))
    _try(
        lambda: book(
            actor=service, now=now, asked=Asked(things["meeting"]), period=meeting, purpose="客户拜访"
        )
    )
    _try(lambda: wait(actor=startup, now=now, resource=things["meeting"], period=meeting, purpose="临时会议"))
    down = (at_local(tomorrow + timedelta(days=3), time(9)), at_local(tomorrow + timedelta(days=3), time(18)))
    declare_outage(
        actor=SYSTEM, now=now, resource=things["printer"], period=down, reason="喷头年度保养", displace=True
    )
    _past(things["meeting"], startup, now)


def _book_next(resource: Resource, length: timedelta, purpose: str, actor: Actor, now: datetime) -> None:
    asked = Asked(resource, (), 6 if resource.kind == ResourceKind.DESK else 1)
    after = at_local(timezone.localdate(now) + timedelta(days=1), time(9))
    found = next_feasible(asked, length, now=now, after=after, party_id=actor.party_id, limit=1)
    for period in found:
        _try(partial(book, actor=actor, now=now, asked=asked, period=period, purpose=purpose))


def _past(resource: Resource, actor: Actor, now: datetime) -> None:
    """Booked eight days ago for two days later, and nobody came; seen through by the scan."""
    then = now - timedelta(days=8)
    found = next_feasible(
        Asked(resource), timedelta(hours=1), now=then, after=then + timedelta(days=2), limit=2
    )
    ask: dict[str, Any] = {"actor": actor, "now": then, "asked": Asked(resource), "purpose": "内部例会"}
    made = [_try(partial(book, period=period, **ask)) for period in found]
    for booking in filter(None, made):
        catch_up(now=booking.period.upper)
    missed = Booking.objects.filter(
        pk__in=[booking.pk for booking in made if booking], state="missed"
    ).first()
    if missed is not None:
        appeal(actor=actor, now=now, strike=missed.strike, reason="当日大厦门禁故障，无法进入，物业可证明。")


def _acting(programme: Programme, party: Party) -> Actor:
    """The owner of a firm, as if signed in."""
    member = party.memberships.select_related("user").order_by("pk").first()
    return Actor(
        kind=ActorKind.USER,
        user_id=member.user_id if member is not None else None,
        name=member.user.name if member is not None else party.name,
        programme_id=programme.pk,
        party_id=party.pk,
    )


def _try(operation: Callable[[], T]) -> T | None:
    """A demo may begin on any day: what a holiday does not allow is left out."""
    try:
        with transaction.atomic():
            return operation()
    except Refused:
        return None
