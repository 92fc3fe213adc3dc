"""The demo loads, twice, and keeps every promise."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from kaichuang.accounts import demo as accounts_demo
from kaichuang.booking import demo
from kaichuang.booking.models import Booking, Claim, Outage, Quota, Resource, Strike, WaitEntry
from kaichuang.booking.queries.verify import verify
from kaichuang.parties import demo as parties_demo
from kaichuang.places import demo as places_demo

NOW = datetime(2026, 3, 11, 2, tzinfo=UTC)


@pytest.fixture
def loaded(db: None, settings: LazySettings) -> None:
    settings.DEMO = True
    for part in (accounts_demo, places_demo, parties_demo, demo):
        part.load(now=NOW)


def test_the_demo_has_something_of_everything(loaded: None) -> None:
    assert Resource.objects.values("programme").distinct().count() == 2
    assert Resource.objects.filter(whole__isnull=False).count() == 4
    assert Resource.objects.filter(capacity=40).count() == 2
    states = Counter(Booking.objects.values_list("state", flat=True))
    assert states["confirmed"] >= 8
    assert states["pending"] >= 2
    assert states["missed"] >= 2
    assert WaitEntry.objects.filter(state="waiting").exists()
    assert Strike.objects.filter(state="appealed").count() == 2
    assert Outage.objects.count() == 2
    assert Quota.objects.count() == 4
    assert verify().findings == ()


def test_loading_again_changes_nothing(loaded: None) -> None:
    before = (Booking.objects.count(), Claim.objects.count(), Resource.objects.count())
    demo.load(now=NOW)
    assert (Booking.objects.count(), Claim.objects.count(), Resource.objects.count()) == before
