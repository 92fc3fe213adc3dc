"""Expert review in a browser: the sheet with its autosave and keys, every page in two sizes and three languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kaichuang.accounts.models import User
from kaichuang.clock.operations.load_calendar import load_calendar
from kaichuang.experts.models import Score, Seat
from kaichuang.experts.operations import accept, announce, draw
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import RoleGrant
from kaichuang.places.models import Programme

from ...fixtures.browser import LANGUAGES
from ..conftest import as_expert, firm, give, make_expert, make_panel, seats_of

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seats(programme: Programme) -> list[Seat]:
    """Two readers with three items each; the second has handed in, and differs on one from nobody yet."""
    load_calendar()  # a transactional test before may have emptied the tables
    system = Actor.system("test", programme_id=programme.pk)
    for _ in range(3):
        make_expert(programme, system)
    panel = make_panel(programme, system, [firm() for _ in range(3)], seats=2, divergence_percent=10)
    announce(panel=panel, actor=system, now=timezone.now())
    draw(panel=panel, actor=system, now=timezone.now())
    found = seats_of(panel)
    accept(seat=found[1], actor=as_expert(found[1].expert), now=timezone.now())
    return found


def user_of(seat: Seat) -> User:
    user = seat.expert.party.user
    assert user is not None
    return user


@SIZES
def test_an_expert_accepts_scores_by_keyboard_and_hands_in(
    visit: Any, seats: list[Seat], size: dict[str, int]
) -> None:
    window = visit(size=size, user=user_of(seats[0]))
    kind = "phone" if size is PHONE else "desktop"
    page = window.go(f"/experts/seats/{seats[0].pk}/")
    window.check(f"experts-declaration-{kind}")
    page.get_by_label("我已逐项核对", exact=False).check()
    page.get_by_role("button", name="接受邀请").click()
    page.get_by_role("link", name="申报书01").click()
    window.check(f"experts-score-{kind}")
    page.get_by_label("创新性", exact=False).first.focus()
    page.keyboard.type("35.5")
    page.keyboard.press("Tab")
    page.keyboard.type("28")
    page.keyboard.press("Tab")
    page.keyboard.type("31")
    expect(page.locator("#standing")).to_contain_text("须在0到30分之间")
    expect(page.locator("#standing")).to_contain_text("63.5")
    window.check(f"experts-score-wrong-{kind}")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("20")
    expect(page.locator("#standing")).to_contain_text("83.5")
    expect(page.locator("#standing")).to_contain_text("已填齐")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("申报书02")
    score = Score.objects.get(seat=seats[0], item__number=1)
    assert score.points == {"novelty": 355, "market": 280, "team": 200}
    page.get_by_role("button", name="提交本项").click()
    expect(page.locator("main")).to_contain_text("“创新性”未打分")
    window.check(f"experts-score-incomplete-{kind}")


def test_every_page_is_right_in_three_languages(visit: Any, seats: list[Seat]) -> None:
    accept(seat=seats[0], actor=as_expert(seats[0].expert), now=timezone.now())
    panel = seats[0].panel
    for seat, total in zip(seats, (60, 90), strict=True):
        for item in panel.items.all():
            give(seat, item, total)
    officer = User.objects.create_user(username="desk", name="经办", password="x")
    RoleGrant.objects.create(user=officer, programme=panel.programme, role="officer", since=date(2015, 1, 1))
    score = Score.objects.filter(seat=seats[0]).earliest("pk")
    own = visit(size=DESKTOP, user=user_of(seats[0]))
    pages = {
        "mine": "/experts/",
        "seat": f"/experts/seats/{seats[0].pk}/",
        "given": f"/experts/scores/{score.pk}/",
    }
    for name, path in pages.items():
        own.survey(path, f"experts-{name}", LANGUAGES)
    desk = visit(size=DESKTOP, user=officer)
    pages = {
        "pool": "/experts/pool/",
        "nominate": "/experts/pool/new/",
        "expert": f"/experts/pool/{seats[0].expert_id}/",
        "panels": "/experts/panels/",
        "panel": f"/experts/panels/{panel.pk}/",
        "reader": f"/experts/panels/{panel.pk}/reader/",
        "close": f"/experts/panels/{panel.pk}/close/",
        "detail": f"/experts/scores/{score.pk}/detail/",
        "draws": "/experts/draws/",
        "draw": f"/experts/draws/{panel.pk}/",
    }
    for name, path in pages.items():
        desk.survey(path, f"experts-{name}", LANGUAGES)
