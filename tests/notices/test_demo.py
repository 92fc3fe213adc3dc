"""The demo's accounts, files and notices can be loaded twice, and only in the demo."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate

from kaichuang.accounts import demo as accounts
from kaichuang.accounts.models import User
from kaichuang.files import demo as files
from kaichuang.files.models import Attachment, Document
from kaichuang.notices import demo as notices
from kaichuang.notices.models import Notice, WorkItem
from kaichuang.parties.models import Membership, Party
from kaichuang.places.models import Programme

from .conftest import NOW


def load() -> tuple[int, ...]:
    for context in (accounts, files, notices):
        context.load(now=NOW)
    return tuple(model.objects.count() for model in (User, Attachment, Document, Notice, WorkItem))


@pytest.fixture
def firms(programme: Programme) -> None:
    accounts.load(now=NOW)
    for name in ("宁海星火众创空间管理有限公司", "宁海新芽智能科技有限公司"):
        party = Party.objects.create(kind="organisation", name=name, registered_in=programme)
        Membership.objects.create(
            user=User.objects.get(username="founder"), party=party, kind="owner", since="2020-01-01"
        )


def test_it_loads_twice_to_the_same(firms: None, settings: object, tmp_path: object) -> None:
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path  # type: ignore[attr-defined]
    first = load()
    assert load() == first
    assert first[0] == len(accounts.ACCOUNTS)
    assert (Attachment.objects.count(), Document.objects.count()) == (2, 1)
    assert WorkItem.objects.count() == len(notices.TASKS)


def test_staff_have_the_published_second_factor(settings: object, programme: Programme) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    accounts.load(now=NOW)
    officer = User.objects.get(username="officer")
    assert authenticate(username="officer", password=accounts.PASSWORD) == officer
    assert Authenticator.objects.filter(user=officer).exists()
    assert not Authenticator.objects.filter(user__username="founder").exists()
    assert len(accounts.current_code(NOW)) == 6


def test_nothing_is_loaded_outside_the_demo(settings: object, programme: Programme) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    assert load() == (0, 0, 0, 0, 0)
