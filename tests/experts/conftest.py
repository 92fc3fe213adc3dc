from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from kaichuang.accounts.models import User
from kaichuang.experts.models import Expert, Item, Panel, Score, Seat
from kaichuang.experts.operations import (
    ItemSpec,
    PanelRules,
    accept,
    admit_expert,
    announce,
    draw,
    open_panel,
    propose_expert,
    save_score,
    submit_scores,
)
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.parties.models import Party, Role
from kaichuang.places.models import Division, Programme

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in China."""

SHEET: dict[str, Any] = {
    "criteria": [
        {"code": "novelty", "title": "创新性", "title_en": "Novelty", "max_points": 40, "hint": "与同类相比"},
        {"code": "market", "title": "市场前景", "max_points": 30},
        {"code": "team", "title": "团队", "max_points": 30},
    ],
    "recommends_amount": True,
}

_number = count(1)


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(
        code="330226", defaults={"name": "宁海县", "short_name": "宁海", "level": 3}
    )
    return Programme.objects.create(slug=f"test-{next(_number)}", name="测试项目", place=place)


@pytest.fixture
def officer(programme: Programme) -> Actor:
    user = User.objects.create_user(username=f"officer{next(_number)}", name="经办", password="x")
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        name="经办",
        programme_id=programme.pk,
        roles=frozenset({Role.OFFICER}),
    )


def person(name: str = "") -> Party:
    number = next(_number)
    user = User.objects.create_user(username=f"expert{number}", name=name or f"专家{number}", password="x")
    return Party.objects.create(kind="person", name=user.name, user=user)


def firm(name: str = "") -> Party:
    return Party.objects.create(kind="organisation", name=name or f"测试企业{next(_number)}有限公司")


def as_expert(expert: Expert) -> Actor:
    user = expert.party.user
    assert user is not None
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        name=user.name,
        programme_id=expert.programme_id,
        roles=frozenset({Role.EXPERT}),
    )


def make_expert(programme: Programme, officer: Actor, *, name: str = "", **fields: Any) -> Expert:
    values: dict[str, Any] = {"specialities": ["it"], **fields}
    proposed = propose_expert(programme=programme, party=person(name), actor=officer, now=NOW, **values)
    return admit_expert(expert=proposed, actor=officer, now=NOW)


@pytest.fixture
def pool(programme: Programme, officer: Actor) -> list[Expert]:
    """Eight experts without any relation."""
    return [make_expert(programme, officer) for _ in range(8)]


def specs(parties: Sequence[Party], **fields: Any) -> list[ItemSpec]:
    return [ItemSpec.about(party, label=f"{party.name}的项目", party=party, **fields) for party in parties]


def make_panel(
    programme: Programme, officer: Actor, parties: Sequence[Party], *, seats: int = 3, **rules: Any
) -> Panel:
    return open_panel(
        programme=programme,
        title="创新券评审",
        sheet=SHEET,
        seats=seats,
        items=specs(parties, material=[("简介", "本项目由申报单位实施。")]),
        rules=PanelRules(**rules),
        actor=officer,
        now=NOW,
    )


def drawn(panel: Panel, officer: Actor) -> Panel:
    announce(panel=panel, actor=officer, now=NOW)
    draw(panel=panel, actor=officer, now=NOW)
    return Panel.objects.select_related("programme").get(pk=panel.pk)


def seats_of(panel: Panel) -> list[Seat]:
    rows = Seat.objects.filter(panel=panel).select_related(
        "panel__programme", "expert__party__user", "expert__programme"
    )
    return list(rows.order_by("number"))


def accept_all(panel: Panel) -> list[Seat]:
    for seat in seats_of(panel):
        if seat.state == "invited":
            accept(seat=seat, actor=as_expert(seat.expert), now=NOW)
    return seats_of(panel)


@pytest.fixture
def scoring(
    programme: Programme, officer: Actor, pool: list[Expert]
) -> Callable[..., tuple[Panel, list[Seat], list[Item]]]:
    """A panel on which everybody has accepted."""

    def make(items: int = 3, seats: int = 3, **rules: Any) -> tuple[Panel, list[Seat], list[Item]]:
        panel = drawn(
            make_panel(programme, officer, [firm() for _ in range(items)], seats=seats, **rules), officer
        )
        taken = accept_all(panel)
        panel = Panel.objects.select_related("programme").get(pk=panel.pk)
        return panel, taken, list(panel.items.order_by("number"))

    return make


def score_of(seat: Seat, item: Item) -> Score:
    return Score.objects.select_related("seat__panel__programme", "seat__expert__party", "item__panel").get(
        seat=seat, item=item
    )


def give(seat: Seat, item: Item, total: int, *, amount: int | None = None, submit: bool = True) -> None:
    """Save (and hand in) points that add up to `total`."""
    novelty = min(total, 40)
    market = min(total - novelty, 30)
    points = {"novelty": novelty * 10, "market": market * 10, "team": (total - novelty - market) * 10}
    actor = as_expert(seat.expert)
    save_score(score=score_of(seat, item), points=points, recommended_fen=amount, actor=actor, now=NOW)
    if submit:
        submit_scores(seat=seat, items=[item], actor=actor, now=NOW)
