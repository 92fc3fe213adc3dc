"""A programme with money, and people who may or may not touch it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.ledger.models import Budget
from kaichuang.ledger.operations import LinePlan, Pool, adopt_budget, pool_named
from kaichuang.ledger.queries import verify
from kaichuang.parties.models import Party
from kaichuang.places.models import Division, Programme

YUAN = 100
WAN = 10_000 * YUAN


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug="ninghai", name="宁海县双创", place=place)


def actor_in(programme: Programme, *roles: str, name: str = "frank") -> Actor:
    user, _ = User.objects.get_or_create(username=name)
    return Actor(
        kind=ActorKind.USER, user_id=user.pk, name=name, programme_id=programme.pk, roles=frozenset(roles)
    )


@pytest.fixture
def finance(programme: Programme) -> Actor:
    return actor_in(programme, "finance", name="finance")


@pytest.fixture
def checker(programme: Programme) -> Actor:
    return actor_in(programme, "finance", name="checker")


@pytest.fixture
def party(db: None) -> Party:
    return Party.objects.create(kind="organisation", name="宁海科创孵化有限公司")


@pytest.fixture
def other_party(db: None) -> Party:
    return Party.objects.create(kind="organisation", name="海湾创客空间")


@pytest.fixture
def budget(programme: Programme, finance: Actor, now: datetime) -> Budget:
    """NH-M1: 5,000,000 yuan = L1 2,000,000 + L2 3,000,000."""
    return adopt_budget(
        programme=programme,
        year=2026,
        code="NH-M1",
        title="众创空间专项资金",
        total=500 * WAN,
        lines=[
            LinePlan("L1", "县科创中心孵化器建设和日常运营", 200 * WAN),
            LinePlan("L2", "引进和扶持众创空间", 300 * WAN),
        ],
        document="宁政发〔2026〕1号",
        clause="NH 三(二)",
        actor=finance,
        now=now,
    )


@pytest.fixture
def line2(budget: Budget) -> Pool:
    return pool_named(programme_id=budget.programme_id, code="2026.NH-M1.L2")


@pytest.fixture
def line1(budget: Budget) -> Pool:
    return pool_named(programme_id=budget.programme_id, code="2026.NH-M1.L1")


def settle() -> None:
    """Run the checks that otherwise wait for the commit, which tests never make."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def sound() -> bool:
    """Whether the whole ledger adds up; prints what does not."""
    settle()
    found = verify()
    print(found.findings)
    return found.sound
