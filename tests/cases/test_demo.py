"""The demo's cases: in every stage, in every place, and only once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from kaichuang.accounts import demo as accounts
from kaichuang.accounts.models import User
from kaichuang.cases import demo
from kaichuang.cases.demo_stories import STORIES
from kaichuang.cases.flow import flow_of
from kaichuang.cases.models import Case, Decision, Letter, Round
from kaichuang.experts import demo as experts
from kaichuang.ledger import demo as ledger
from kaichuang.packs.loader import load_pack
from kaichuang.parties import demo as parties
from kaichuang.parties.queries.actor import actor_for
from kaichuang.places import demo as places
from kaichuang.places.models import Division, Programme
from kaichuang.policy.operations.adopt_pack import adopt_into

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def five_places(db: None, settings: LazySettings) -> None:
    settings.DEMO = True
    for place in places.PLACES:
        Division.objects.get_or_create(code=place.code, defaults={"name": place.slug, "level": 2})
    accounts.load(now=NOW, progress=lambda text: None)
    places.load(now=NOW)
    parties.load(now=NOW)
    for place in places.PLACES:
        programme = Programme.objects.get(slug=place.slug)
        system = demo.Place(programme, NOW).system
        adopt_into(actor=system, now=NOW, programme=programme, pack=load_pack(place.pack))
    ledger.load(now=NOW)
    experts.load(now=NOW)


def test_the_cases_stand_where_their_stories_say_and_are_made_once(five_places: None) -> None:
    demo.load(now=NOW)
    cases = list(Case.objects.select_related("programme").order_by("pk"))
    assert Counter(case.programme.slug for case in cases) == {
        slug: len(told) for slug, told in STORIES.items()
    }
    states = Counter(case.state for case in cases if case.programme.slug == "ninghai")
    assert set(states) >= {
        "draft", "submitted", "correction", "checking", "review", "proposal", "listed", "publicity", "decision",
        "payment", "appeal", "withdrawn", "registered",
    }  # fmt: skip
    assert {case.stage for case in cases} >= {
        "draft",
        "acceptance",
        "review",
        "publicity",
        "payment",
        "closed",
    }
    _decided(cases)
    assert Round.objects.filter(matter__programme__slug="ninghai", opens_at__gt=NOW).exists()
    _workable(cases)
    demo.load(now=NOW)
    assert Case.objects.count() == len(cases)


def _workable(cases: list[Case]) -> None:
    """The officer whose login is published can go on with what waits for an officer."""
    waiting = [case for case in cases if case.programme.slug == "ninghai" and case.state == "checking"]
    user = User.objects.get(username="officer-ninghai")
    assert waiting
    for case in waiting:
        officer = actor_for(user=user, programme=case.programme, now=NOW, strong=True)
        assert any(permit for _move, permit in flow_of(case.version).available(officer, case))


def _decided(cases: list[Case]) -> None:
    granted = Decision.objects.filter(case__in=cases, kind="granted")
    assert granted.filter(amount_fen__gt=0).count() >= 4
    assert all(decision.amount_fen <= decision.ceiling_fen for decision in granted)
    refused = Decision.objects.filter(case__in=cases, kind="refused")
    assert {decision.case.programme.slug for decision in refused} == {"ninghai", "qingdao", "lhasa"}
    assert Letter.objects.count() == granted.count() + refused.count()
