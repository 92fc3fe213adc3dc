"""Places that offer their matters, and the people around a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from kaichuang.accounts.models import User
from kaichuang.cases.models import Case, Matter
from kaichuang.cases.operations.adopt import adopt_matters
from kaichuang.cases.operations.draft import begin_case, save_draft
from kaichuang.cases.operations.move import move_case
from kaichuang.cases.queries.computing import told_of
from kaichuang.entitlement.queries.answers import Told
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.packs.loader import load_pack
from kaichuang.parties.models import Membership, Party, RoleGrant, Unit
from kaichuang.places.models import Division, Programme
from kaichuang.policy.operations.adopt_pack import adopt_into

NOW = datetime(2017, 11, 30, 2, 0, tzinfo=UTC)
_number = count(1)


@dataclass
class Place:
    """A programme with its staff, ready to take applications."""

    programme: Programme
    now: datetime

    @property
    def system(self) -> Actor:
        return Actor.system("test", programme_id=self.programme.pk)

    def matter(self, code: str) -> Matter:
        return Matter.objects.get(programme=self.programme, code=code)

    def staff(self, role: str, unit: str = "") -> Actor:
        """Somebody with a role, at a unit's desk if one is named."""
        user = User.objects.create_user(username=f"{role}{next(_number)}", name=role, password="x")
        desk = Unit.objects.get(programme=self.programme, key=unit) if unit else None
        RoleGrant.objects.create(
            user=user, programme=self.programme, role=role, unit=desk, since=date(2010, 1, 1)
        )
        return Actor(
            kind=ActorKind.USER, user_id=user.pk, name=role, programme_id=self.programme.pk,
            unit_id=desk.pk if desk else None, roles=frozenset({role}), strong=True,
        )  # fmt: skip

    def party(self, name: str = "", kind: str = "organisation") -> tuple[Party, Actor]:
        """A party and somebody who acts for it."""
        number = next(_number)
        party = Party.objects.create(kind=kind, name=name or f"测试单位{number}")
        user = User.objects.create_user(username=f"p{number}", name="申请人", password="x")
        Membership.objects.create(party=party, user=user, kind="owner", since=date(2010, 1, 1))
        actor = Actor(
            kind=ActorKind.USER,
            user_id=user.pk,
            name="申请人",
            programme_id=self.programme.pk,
            party_id=party.pk,
        )
        return party, actor

    def draft(self, code: str, actor: Actor, **facts: Any) -> Case:
        """A draft with statements; tables are lists of rows. A number to be told is made up where none is given."""
        case = begin_case(matter=self.matter(code), actor=actor, now=self.now)
        numbers = [key.name for key in case.version.file.matter.keys if key.exclusive and key.table is None]
        made_up = {name: f"HT{next(_number)}" for name in numbers}
        return self.tell(case, actor, **made_up | facts)

    def tell(self, case: Case, actor: Actor, **facts: Any) -> Case:
        told: Told = told_of(case)
        tables = {name: value for name, value in facts.items() if isinstance(value, list)}
        values = {name: value for name, value in facts.items() if not isinstance(value, list)}
        told = replace(told, facts={**told.facts, **values}, tables={**told.tables, **tables})
        return save_draft(case=case, told=told, actor=actor, now=self.now)

    def move(self, case: Case, move: str, actor: Actor, reason: str = "", **data: Any) -> Case:
        return move_case(case=case, move=move, actor=actor, now=self.now, reason=reason, data=data)

    def pass_days(self, days: int) -> None:
        """Time goes on for the place."""
        self.now += timedelta(days=days)
        assert self.programme.business_date is not None
        self.programme.business_date += timedelta(days=days)
        self.programme.save(update_fields=["business_date"])


Open = Callable[..., Place]


@pytest.fixture
def open_place(db: None) -> Open:
    """`open_place("lhasa", "540100", "拉萨市", "lhasa-2019", date(2019, 6, 3))`."""

    def make(slug: str, code: str, name: str, pack: str, on: date) -> Place:
        division, _made = Division.objects.get_or_create(code=code, defaults={"name": name, "level": 3})
        programme = Programme.objects.create(slug=slug, name=f"{name}双创", place=division, business_date=on)
        now = datetime(on.year, on.month, on.day, 2, 0, tzinfo=UTC)
        place = Place(programme, now)
        adopt_into(actor=place.system, now=now, programme=programme, pack=load_pack(pack))
        programme.refresh_from_db()
        adopt_matters(programme=programme, actor=place.system, now=now)
        return place

    return make


@pytest.fixture
def qinghai(open_place: Open) -> Place:
    return open_place("qinghai", "630000", "青海省", "qinghai-2017", date(2018, 6, 4))


@pytest.fixture
def ninghai(open_place: Open) -> Place:
    return open_place("ninghai", "330226", "宁海县", "ninghai-2016", date(2017, 11, 30))


@pytest.fixture
def lhasa(open_place: Open) -> Place:
    return open_place("lhasa", "540100", "拉萨市", "lhasa-2019", date(2019, 6, 3))
