from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from kaichuang.accounts.models import User
from kaichuang.facts.models import Definition, Form, Report
from kaichuang.facts.operations import (
    add_respondent,
    check_report,
    publish_definitions,
    save_cells,
    sign_report,
    submit_report,
)
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.parties.models import Membership, Party, Role, RoleGrant
from kaichuang.places.models import Division, Programme

from .forms import FACTS as REPORTED
from .forms import form

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BUREAU = Actor.system("test")

FACTS = [
    {
        "code": "t_staff",
        "title": "职工人数",
        "subject_kind": "enterprise",
        "type": "int",
        "unit": "人",
        "period": "moment",
        "source": "reported",
        "minimum": "0",
    },
    {
        "code": "t_cost",
        "title": "研发费用",
        "subject_kind": "enterprise",
        "type": "money",
        "unit": "元",
        "period": "year",
        "source": "declared",
    },
    {
        "code": "t_opened_on",
        "title": "开业日期",
        "subject_kind": "enterprise",
        "type": "date",
        "unit": "",
        "period": "moment",
        "source": "reported",
    },
    {
        "code": "t_in_park",
        "title": "在园",
        "subject_kind": "enterprise",
        "type": "bool",
        "unit": "",
        "period": "moment",
        "source": "reported",
    },
    {
        "code": "t_level",
        "title": "级别",
        "subject_kind": "carrier",
        "type": "text",
        "unit": "",
        "period": "moment",
        "source": "reported",
        "values": {"county": {"zh": "县级"}, "city": {"zh": "市级"}},
    },
    {
        "code": "t_share",
        "title": "研发占比",
        "subject_kind": "enterprise",
        "type": "ratio",
        "unit": "",
        "period": "year",
        "source": "declared",
    },
]


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug="facts-test", name="数据测试", place=place)


@pytest.fixture
def definitions(db: None) -> dict[str, Definition]:
    rows = publish_definitions(actor=BUREAU, now=NOW, pack="test", definitions=FACTS)
    return {row.code: row for row in rows}


@pytest.fixture
def firm(db: None) -> Party:
    return Party.objects.create(kind="organisation", name="测试公司")


@dataclass(frozen=True)
class World:
    """A programme with the form T-Q1, a centre with an owner and an editor, and the bureau's people."""

    programme: Programme
    form: Form
    centre: Party
    owner: Actor
    editor: Actor
    statistician: Actor
    stranger: Actor


def user_of(
    programme: Programme, name: str, *roles: str, party: Party | None = None, kind: str = "owner"
) -> Actor:
    user, _ = User.objects.get_or_create(username=f"{name}-{programme.slug}", defaults={"name": name})
    if party is not None:
        Membership.objects.get_or_create(user=user, party=party, kind=kind, since=date(2020, 1, 1))
    for role in roles:
        RoleGrant.objects.get_or_create(user=user, programme=programme, role=role, since=date(2020, 1, 1))
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        name=name,
        programme_id=programme.pk,
        party_id=party.pk if party else None,
        roles=frozenset(roles),
    )


def at(programme: Programme, day: date) -> datetime:
    """Set the business date; the moment that goes with it."""
    programme.business_date = day
    programme.save(update_fields=["business_date"])
    return datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)


@pytest.fixture
def world(programme: Programme) -> World:
    return make_world(programme)


def make_world(programme: Programme) -> World:
    publish_definitions(actor=BUREAU, now=NOW, pack="test", definitions=REPORTED)
    spec = form()
    row = Form.objects.create(
        programme=programme,
        code=spec.id,
        version=1,
        title=spec.title.zh,
        title_en=spec.title.en or "",
        clause=spec.clause,
        period=spec.period,
        spec=spec.model_dump(mode="json", exclude_defaults=True),
        pack="test",
        published_at=NOW,
    )
    centre = Party.objects.create(kind="organisation", name="星火双创中心", registered_in=programme)
    add_respondent(actor=BUREAU, now=NOW, form=row, party=centre, since=date(2025, 12, 31))
    return World(
        programme=programme,
        form=row,
        centre=centre,
        owner=user_of(programme, "owner", Role.OPERATOR, party=centre),
        editor=user_of(programme, "editor", Role.OPERATOR, party=centre, kind="editor"),
        statistician=user_of(programme, "statistician", Role.STATISTICIAN),
        stranger=user_of(programme, "stranger", Role.OPERATOR),
    )


GOOD = {
    "incubating.end": "20",
    "small.end": "5",
    "tech.quarter": "1,000,000.50",
    "other.quarter": "20万",
}
"""Cells of a first quarter that pass every check."""
OPENING = {"tech.year": "1000000.50", "other.year": "200000"}
"""What a fourth quarter needs beside them when there is no report before."""


def fill_in(world: World, report: Report, now: datetime, entries: dict[str, str] | None = None) -> Report:
    """From draft to submitted."""
    cells = {**GOOD, **(OPENING if not report.span.opens_a_year else {}), **(entries or {})}
    report = save_cells(actor=world.editor, now=now, report=report, entries=cells)
    report = check_report(actor=world.editor, now=now, report=report)
    report = sign_report(actor=world.owner, now=now, report=report)
    return submit_report(actor=world.editor, now=now, report=report)
