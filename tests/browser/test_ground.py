"""The pages of the ground floors in a browser, with the demo's data: accessible, quiet on the console, not too wide."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from kaichuang.accounts import demo as logins
from kaichuang.accounts.models import User
from kaichuang.parties import demo as subjects
from kaichuang.parties.models import Party
from kaichuang.places import demo as programmes
from kaichuang.places.models import Programme

pytestmark = pytest.mark.django_db(transaction=True)


def pages() -> dict[str, str]:
    firm = Party.objects.get(name__contains="新芽", division="330226")
    ninghai = Programme.objects.get(slug="ninghai")
    return {
        "mine": "/parties/",
        "register": "/parties/register/",
        "party": f"/parties/{firm.pk}/",
        "new": "/parties/new/organisation/",
        "roles": "/parties/roles/",
        "conflicts": "/parties/conflicts/?first=新芽&second=科技银行&depth=4",
        "reveal": f"/parties/{firm.pk}/reveal/phone/",
        "year": "/clock/calendar/cn/2026/",
        "edit-year": "/clock/calendar/cn/2026/edit/",
        "deadlines": "/clock/deadlines/",
        "audit": "/audit/",
        "history": f"/audit/rows/places.programme/{ninghai.pk}/",
        "verification": "/audit/verification/",
        "divisions": "/places/divisions/?q=宁海",
        "division": "/places/divisions/370282/",
        "programme": "/places/programmes/ninghai/",
        "business-date": "/places/programmes/ninghai/date/",
    }


def test_every_page_is_right(visit: Any, settings: Any) -> None:
    settings.DEMO = True
    for part in (logins, programmes, subjects):
        part.load(now=timezone.now())
    window = visit(user=User.objects.get(username="administrator-ninghai"))
    window.go("/?programme=ninghai")
    for name, path in pages().items():
        window.survey(path, f"ground-{name}")
