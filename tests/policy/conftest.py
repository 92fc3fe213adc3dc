from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.parties.models import Role
from kaichuang.places.models import Division, Programme
from kaichuang.policy.importing import parse_text
from kaichuang.policy.models import Edition
from kaichuang.policy.operations import import_document

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

TEXT = """东湖市人民政府办公室关于扶持创客空间的若干意见
东政办发〔2020〕7号
各县（区）人民政府：
为落实《国务院关于试点的意见》（国发〔2019〕1号），提出以下意见。
一、总体目标
到2022年，建成创客空间20家。
二、扶持政策
（一）房租补贴。对创客空间给予房租补贴，最高10万元。（市科技局、市财政局负责）
（二）设备补贴。购置设备按20%补贴，最高20万元。（市科技局负责）
三、附则
本意见自2020年3月1日起施行，有效期至2022年12月31日。
东湖市人民政府办公室
2020年2月20日
"""


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug="library-test", name="政策测试", place=place)


@pytest.fixture
def clerk(programme: Programme) -> Actor:
    return Actor(kind=ActorKind.USER, name="文书", programme_id=programme.pk, roles=frozenset({Role.CLERK}))


@pytest.fixture
def edition(programme: Programme, clerk: Actor) -> Edition:
    return import_document(
        actor=clerk, now=NOW, programme=programme, code="DH", parsed=parse_text(TEXT), file_name="dh.txt"
    )
