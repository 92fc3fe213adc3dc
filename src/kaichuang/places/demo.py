"""The demo's places: one county, three cities and one province, each with its programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from kaichuang.kit.actor import Actor
from kaichuang.places.models import Division, Programme
from kaichuang.places.operations import adopt_packs, create_programme


class Place(NamedTuple):
    slug: str
    name: str
    code: str
    pack: str
    calendar: str = "cn"


PLACES = (
    Place("ninghai", "宁海县众创空间与双创扶持", "330226", "ninghai-2016"),
    Place("nantong", "南通市大众创业万众创新", "320600", "nantong-2015"),
    Place("qingdao", "青岛市众创空间与创客发展", "370200", "qingdao-2015"),
    Place("lhasa", "拉萨市创新创业中心", "540100", "lhasa-2019", "cn-54"),
    Place("qinghai", "青海省双创支撑平台", "630000", "qinghai-2017"),
)
"""None of the five places lies in another, so none has a superior programme."""


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Found the five programmes; those that are there stay as they are."""
    actor = Actor.system("demo")
    for place in PLACES:
        if Programme.objects.filter(slug=place.slug).exists():
            continue
        division = Division.objects.get(code=place.code)
        programme = create_programme(
            slug=place.slug, name=place.name, place=division, calendar=place.calendar, actor=actor, now=now
        )
        adopt_packs(programme=programme, packs=[place.pack], actor=actor, now=now)
