"""Two tellers at once, in real processes, never make two truths; and the same without each guard."""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context

import pytest
from django.db import Error, connection, connections
from django.utils import timezone

from kaichuang.facts.operations import Told, observe, publish_definitions, staging
from kaichuang.places.models import Division, Programme

from .conftest import BUREAU, FACTS, NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PROCESSES = 6
SECONDS = 2.0
FIRST = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many tellings were written and how many the database refused."""

    told: int
    refused: int


def a_programme() -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    publish_definitions(actor=BUREAU, now=NOW, pack="test", definitions=FACTS)
    slug = f"race-{uuid.uuid4().hex[:8]}"
    return Programme.objects.create(slug=slug, name="竞争", place=place)


def tell_at_once(programme: Programme, *, pace: int = 20) -> Outcome:
    """Everybody tells about the same new object and fact, other values of overlapping periods, then of the next."""
    context = get_context("fork")
    answers = context.SimpleQueue()
    start = time.time() + 0.5
    name_subjects(range(int(start * pace), int((start + SECONDS) * pace) + 2))

    def work(number: int) -> None:
        for known in connections.all(initialized_only=True):
            known.connection = None  # a child must not talk on its parent's connection
        random.seed(number)
        told = refused = 0
        time.sleep(max(0.0, start - time.time()))
        while time.time() < start + SECONDS:
            try:
                _tell(programme, int(time.time() * pace), timezone.now())
                told += 1
            except Error:
                refused += 1
        answers.put((told, refused))
        os._exit(0)

    processes = [context.Process(target=work, args=(number,)) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    return Outcome(sum(told for told, _ in found), sum(refused for _, refused in found))


def name_subjects(moments: range) -> None:
    """Somebody else has spoken of them: whoever names a new one makes the others wait, and there is no race."""
    told = [Told(moment, "t_cost", 1) for moment in moments]
    observe(actor=BUREAU, now=NOW, programme=a_programme(), source="reported", kind="race", told=told)


def _tell(programme: Programme, moment: int, now: datetime) -> None:
    since = FIRST + timedelta(days=random.randint(0, 5))
    told = [
        Told(moment, "t_staff", random.randint(0, 999), since, since + timedelta(days=random.randint(3, 9))),
        Told(moment + 1, "t_cost", random.randint(0, 999)),
    ]
    random.shuffle(told)  # subjects in any order: the lock must not make a circle
    observe(actor=BUREAU, now=now, programme=programme, source="reported", kind="race", told=told)


def two_truths(programme: Programme) -> int:
    """Pairs of values of one thing that were held at one moment for one time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM facts_observation a JOIN facts_observation b
                ON a.id < b.id AND a.programme_id = b.programme_id AND a.subject_id = b.subject_id
               AND a.definition_id = b.definition_id AND a.valid && b.valid AND a.known && b.known
             WHERE a.programme_id = %s
            """,
            [programme.pk],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def without_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(staging, "_LOCK_SUBJECTS", "SELECT 1")
        yield


@contextmanager
def without_constraint() -> Iterator[None]:
    name = "facts_observation_one_truth"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE facts_observation DROP CONSTRAINT {name}")
        try:
            yield
        finally:
            cursor.execute("TRUNCATE facts_observation")
            cursor.execute(f"ALTER TABLE facts_observation ADD CONSTRAINT {name} {definition}")


def test_tellers_wait_for_each_other_and_nobody_is_refused() -> None:
    programme = a_programme()
    outcome = tell_at_once(programme)
    assert outcome.told > PROCESSES
    assert outcome.refused == 0
    assert two_truths(programme) == 0


def test_without_the_lock_the_constraint_still_holds_but_tellers_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with without_lock(monkeypatch):
        for _ in range(10):
            programme = a_programme()
            outcome = tell_at_once(programme, pace=1)  # all speak of the same things for a second
            assert two_truths(programme) == 0
            if outcome.refused:
                return
    pytest.fail("nobody was ever refused, so the lock does nothing")


def test_without_the_constraint_the_lock_holds_alone() -> None:
    with without_constraint():
        programme = a_programme()
        outcome = tell_at_once(programme)
        assert (outcome.refused, two_truths(programme)) == (0, 0)


def test_without_both_there_are_two_truths(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the race is real, so the tests above prove something."""
    with without_constraint(), without_lock(monkeypatch):
        for _ in range(10):
            programme = a_programme()
            tell_at_once(programme, pace=1)  # all speak of the same things for a second
            if two_truths(programme):
                return
    pytest.fail("the control never saw two truths, so the tests above prove nothing")


def test_a_clock_that_runs_behind_changes_nothing() -> None:
    """The later transaction may carry the earlier time: its value is held from where the former one's began."""
    programme = a_programme()
    for minutes, value in ((0, 1), (10, 2), (5, 3), (7, 4)):
        observe(
            actor=BUREAU,
            now=NOW + timedelta(minutes=minutes),
            programme=programme,
            source="reported",
            kind="race",
            told=[Told(1, "t_staff", value)],
        )
    assert two_truths(programme) == 0
