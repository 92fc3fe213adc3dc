"""The demo loads, twice, with a panel in every stage."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from kaichuang.accounts import demo as accounts_demo
from kaichuang.experts import demo
from kaichuang.experts.drawing import check_record
from kaichuang.experts.models import Draw, Expert, Panel, Result, Seat
from kaichuang.parties import demo as parties_demo
from kaichuang.places import demo as places_demo

NOW = datetime(2026, 3, 11, 2, tzinfo=UTC)


@pytest.fixture
def loaded(db: None, settings: LazySettings) -> None:
    settings.DEMO = True
    for part in (accounts_demo, places_demo, parties_demo, demo):
        part.load(now=NOW)


def test_the_demo_has_something_of_everything(loaded: None) -> None:
    assert Expert.objects.filter(state="active").count() == 12
    assert Counter(Panel.objects.values_list("state", flat=True)) == {
        "closed": 1,
        "scoring": 1,
        "preparing": 1,
    }
    assert all(check_record(draw.record) == [] for draw in Draw.objects.all())
    excluded = Draw.objects.get(panel__state="closed").excluded
    assert Counter(row["code"] for row in excluded)["conflict"] == 2
    assert Result.objects.filter(within_quota=True).count() == 3
    own = Seat.objects.filter(expert__party__user__username="expert-ninghai", panel__state="scoring")
    assert own.get().state == "accepted"
    demo.load(now=NOW)
    assert Panel.objects.count() == 3
