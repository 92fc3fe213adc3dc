"""Many at once: two officers decide, several workers close, somebody objects while it closes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from kaichuang.clock.operations import load_calendar
from kaichuang.files.models import Document
from kaichuang.journal.models import Entry
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused, Stale
from kaichuang.parties.models import Role
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.operations import (
    accept_objection,
    close_due,
    decide_objection,
    lodge_objection,
    open_announcement,
)

from .conftest import AFTER, LAST, OPENED, TEXT, person, states

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
Make = Callable[..., Any]
CLIENTS = 4


@pytest.fixture(autouse=True)
def _calendar(transactional_db: None) -> None:
    load_calendar()  # the flush between these tests takes it away


def race(*works: Callable[[], None]) -> None:
    """Each work in a thread with a connection of its own, all let go at once; an error in one fails the test.

    Threads, not forks: the renderer of PDFs keeps a pool of threads that does not survive a fork.
    """
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            gate.wait(20)
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result(120)


def test_two_officers_decide_at_once_and_one_decision_stands(
    opened: Make, lodge: Make, programme: Any, officer: Actor
) -> None:
    announcement = opened()
    objections = []
    for position in (1, 2, 3):
        made = lodge(announcement, position)
        objections.append(accept_objection(objection=made, actor=officer, now=OPENED))
    other = person(programme, Role.LEADER)
    lost: list[int] = []

    def decide(actor: Actor, upheld: bool) -> Callable[[], None]:
        def work() -> None:
            for objection in objections:
                try:
                    decide_objection(
                        objection=objection, upheld=upheld, reason="经核查。", actor=actor, now=OPENED
                    )
                except Stale:
                    lost.append(objection.pk)

        return work

    race(decide(officer, True), decide(other, False))
    assert len(lost) == 3
    assert Document.objects.count() == 3
    for objection, state in zip(objections, states(announcement), strict=True):
        objection.refresh_from_db()
        assert state == ("struck" if objection.state == "upheld" else "listed")


def test_many_workers_close_each_list_once(opened: Make) -> None:
    lists = [opened() for _ in range(6)]
    race(*[lambda: close_due(now=AFTER) and None] * CLIENTS)
    assert close_due(now=AFTER).closed == ()
    assert Document.objects.count() == len(lists)
    assert Entry.objects.filter(action="close").count() == len(lists)
    assert Entry.objects.filter(action="clear_lines").count() == len(lists)
    assert all(states(one) == ["cleared"] * 3 for one in lists)


def test_an_objection_of_the_last_minute_is_never_overtaken_by_the_closing(opened: Make) -> None:
    """Whatever comes first: a line with an objection in time is not cleared."""
    lists = [opened() for _ in range(8)]
    last = LAST + timedelta(minutes=59)

    def object_to_all() -> None:
        for one in lists:
            lodge_objection(
                announcement=one,
                line=one.lines.get(position=2),
                text=TEXT,
                name="王大明",
                phone="13800138000",
                actor=Actor.public(programme_id=one.programme_id),
                now=last,
            )

    race(object_to_all, lambda: close_due(now=AFTER) and None)
    close_due(now=AFTER)
    for one in lists:
        made = Objection.objects.get(announcement=one)
        found = states(one)[1]
        assert (found == "listed") == (not made.is_late), (found, made.is_late)
        assert found in {"listed", "cleared"}


def test_one_draft_is_opened_once_and_numbers_are_not_given_twice(draft: Make, officer: Actor) -> None:
    drafts = [draft() for _ in range(4)]

    def open_all() -> None:
        for one in drafts:
            try:
                open_announcement(announcement=one, actor=officer, now=OPENED)
            except Refused:
                continue

    race(open_all, open_all, open_all)
    numbers = sorted(Announcement.objects.values_list("number", flat=True))
    assert numbers == [f"公示〔2026〕{n}号" for n in (1, 2, 3, 4)]
    assert Entry.objects.filter(action="open").count() == 4


def test_receipts_and_serials_stay_apart_when_many_object_at_once(opened: Make) -> None:
    announcement = opened()

    def object_often() -> None:
        for _ in range(5):
            lodge_objection(
                announcement=announcement,
                text=TEXT,
                name="王大明",
                phone="13800138000",
                actor=Actor.public(programme_id=announcement.programme_id),
                now=OPENED,
            )

    race(*[object_often] * CLIENTS)
    serials = sorted(Objection.objects.values_list("serial", flat=True))
    assert serials == list(range(1, 21))
