"""The same work done by each way: tell n values, tell them again with some changed, ask for the whole population."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import polars as pl
from django.db import connection

from bench.facts.usual.models import Value
from kaichuang.facts.models import Definition
from kaichuang.facts.operations import Told, observe, publish_definitions
from kaichuang.facts.queries import frame
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Division, Programme

FACTS = 10
CHANGED = 20
"""One value in so many changes from one telling to the next."""
SAMPLE = 3_000
"""Rows that `update_or_create` is measured over; its cost per row does not fall with their number."""
ACTOR = Actor.system("bench")
NOW = datetime(2026, 1, 5, tzinfo=UTC)
DAY = date(2026, 1, 1)
CODES = [f"b_{number}" for number in range(FACTS)]

Row = tuple[int, str, int]


def prepare() -> None:
    if Value._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Value)
    publish_definitions(
        actor=ACTOR,
        now=NOW,
        pack="bench",
        definitions=[
            {
                "code": code,
                "title": code,
                "subject_kind": "enterprise",
                "type": "int",
                "unit": "",
                "period": "moment",
                "source": "reported",
            }
            for code in CODES
        ],
    )
    assert Definition.objects.filter(code__in=CODES).count() == FACTS


def programme(count: int) -> Programme:
    place = Division.objects.get(code="330226")
    return Programme.objects.create(slug=f"bench-{count}", name="bench", place=place)


def rows(count: int, *, again: bool) -> Iterator[Row]:
    """(subject, code, number); told again, one in twenty is another number."""
    random.seed(count)
    for index in range(count):
        number = random.randint(0, 10**6)
        changed = again and index % CHANGED == 0
        yield count * 10 + index // FACTS, CODES[index % FACTS], number + (1 if changed else 0)


def ours_tell(place: Programme, count: int, *, again: bool) -> int:
    told = (Told(subject, code, number, since=DAY) for subject, code, number in rows(count, again=again))
    now = NOW + timedelta(days=1 if again else 0)
    observe(actor=ACTOR, now=now, programme=place, source="reported", kind="bench", told=told)
    return count


def ours_ask(place: Programme, count: int) -> int:
    return frame(place, codes=CODES, on=DAY).height


def ours_ask_then(place: Programme, count: int) -> int:
    """As it was known before the second telling."""
    return frame(place, codes=CODES, on=DAY, known_at=NOW + timedelta(hours=1)).height


def usual_tell(place: Programme, count: int, *, again: bool) -> int:
    """One row after the other, as imports are usually written; each in its own short transaction."""
    done = 0
    for subject, code, number in rows(count, again=again):
        Value.objects.update_or_create(subject=subject, code=code, defaults={"number": number})
        done += 1
        if done == SAMPLE:
            break
    return done


def bulk_tell(place: Programme, count: int, *, again: bool) -> int:
    """The best of Django's own tools: INSERT … ON CONFLICT in batches."""
    batch: list[Value] = []
    for subject, code, number in rows(count, again=again):
        batch.append(Value(subject=subject, code=code, number=number))
        if len(batch) == 5_000:
            _upsert(batch)
            batch = []
    _upsert(batch)
    return count


def _upsert(batch: list[Value]) -> None:
    Value.objects.bulk_create(
        batch, update_conflicts=True, unique_fields=["subject", "code"], update_fields=["number"]
    )


def usual_ask(place: Programme, count: int) -> int:
    """Read all rows of these subjects and pivot them."""
    first = count * 10
    found = Value.objects.filter(subject__gte=first, subject__lt=first + count // FACTS)
    table = pl.DataFrame(
        list(found.values_list("subject", "code", "number")), schema=["id", "code", "number"], orient="row"
    )
    return table.pivot("code", index="id", values="number").height
