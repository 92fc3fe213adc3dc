from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kaichuang.facts.models import Definition
from kaichuang.facts.operations import publish_definitions
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Party
from kaichuang.places.models import Division, Programme

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
