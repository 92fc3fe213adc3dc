from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.parties.models import Party, Role, Unit
from kaichuang.places.models import Division, Programme
from kaichuang.publicity import effects
from kaichuang.publicity.columns import ColumnSpec, LineSpec
from kaichuang.publicity.enums import Outcome
from kaichuang.publicity.models import Announcement, Line, Objection
from kaichuang.publicity.operations import announce, lodge_objection, open_announcement

COLUMNS = (
    ColumnSpec("name", "姓名", "Name", mask="name"),
    ColumnSpec("amount", "金额", "Amount", kind="money"),
)
TEXT = "该申报人的发票与另一家公司重复，请核查。"
_number = count(1)


def at(day: date, hour: int = 10) -> datetime:
    """China time on a day."""
    return datetime.combine(day, time(hour), tzinfo=UTC) - timedelta(hours=8)


OPENED = at(date(2026, 3, 2))
"""Monday; five working days later is Monday, 9 March."""
LAST = at(date(2026, 3, 9), 23)
AFTER = at(date(2026, 3, 10), 1)


def make_party(name: str = "") -> Party:
    return Party.objects.create(kind="organisation", name=name or f"测试公司{next(_number)}")


def person(programme: Programme, *roles: Role, party: Party | None = None, name: str = "林晓") -> Actor:
    user = User.objects.create_user(username=f"u{next(_number)}", name=name, password="x")
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        name=name,
        programme_id=programme.pk,
        party_id=party.pk if party else None,
        roles=frozenset(roles),
    )


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug=f"test-{next(_number)}", name="测试项目", place=place)


@pytest.fixture
def unit(programme: Programme) -> Unit:
    return Unit.objects.create(programme=programme, name="宁海县科学技术局")


@pytest.fixture
def officer(programme: Programme) -> Actor:
    return person(programme, Role.OFFICER)


@pytest.fixture
def public(programme: Programme) -> Actor:
    return Actor.public(programme_id=programme.pk)


def specs(number: int = 3) -> list[LineSpec]:
    """Lines about organisations, one each."""
    return [
        LineSpec(
            subject=party, party=party, cells={"name": "张小三", "amount": 100_00 * n}, amount_fen=100_00 * n
        )
        for n, party in enumerate((make_party() for _ in range(number)), start=1)
    ]


@pytest.fixture
def draft(programme: Programme, unit: Unit, officer: Actor) -> Callable[..., Announcement]:
    def make(lines: Sequence[LineSpec] | None = None, **more: Any) -> Announcement:
        values: dict[str, Any] = {
            "kind": "award",
            "title": "2026年度奖励公示",
            "columns": COLUMNS,
            "days": 5,
            "clause": "NH 三(四)",
            "unit": unit,
            "actor": officer,
            "now": OPENED,
            **more,
        }
        return announce(programme=programme, lines=specs() if lines is None else lines, **values)

    return make


@pytest.fixture
def opened(draft: Callable[..., Announcement], officer: Actor) -> Callable[..., Announcement]:
    def make(**more: Any) -> Announcement:
        now = more.get("now", OPENED)
        return open_announcement(announcement=draft(**more), actor=officer, now=now)

    return make


@pytest.fixture
def lodge(public: Actor) -> Callable[..., Objection]:
    def make(announcement: Announcement, position: int | None = 1, **more: Any) -> Objection:
        line = announcement.lines.get(position=position) if position is not None else None
        values = {
            "name": "王大明",
            "phone": "13800138000",
            "text": TEXT,
            "actor": public,
            "now": OPENED,
            **more,
        }
        return lodge_objection(announcement=announcement, line=line, **values)

    return make


@pytest.fixture
def heard() -> Iterator[list[tuple[str, list[int]]]]:
    """What the subjects of lines hear: (outcome, positions)."""
    told: list[tuple[str, list[int]]] = []

    def hear(lines: Sequence[Line], outcome: Outcome, actor: Actor, now: datetime) -> None:
        told.append((str(outcome), [line.position for line in lines]))

    effects.on_lines("parties.party")(hear)
    yield told
    effects._handlers["parties.party"].remove(hear)


def states(announcement: Announcement) -> list[str]:
    return list(announcement.lines.order_by("position").values_list("state", flat=True))
