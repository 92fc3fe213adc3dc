"""Each promise of the database: it holds, and without its guard the same attempt succeeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from kaichuang.kit.actor import Actor
from kaichuang.publicity.models import Announcement, Line, Objection
from kaichuang.publicity.operations import accept_objection, close_due

from .conftest import AFTER, OPENED

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


class Undo(Exception):
    """Rolls the block back after the proof."""


def sql(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


def door(key: str) -> None:
    sql("SELECT set_config('kaichuang.door', %s, true)", key)


@contextmanager
def without(table: str, *, triggers: tuple[str, ...] = (), constraint: str = "") -> Iterator[None]:
    """The database without one guard, for the length of the block; everything is undone."""
    with pytest.raises(Undo), transaction.atomic():
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        for trigger in triggers:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
                    [table, f"pgtrigger_{trigger}_%"],
                )
                (name,) = cursor.fetchone()
            sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        if constraint:
            sql(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        yield
        raise Undo


def refused(attempt: Callable[[], object]) -> str:
    """The database's message when it refuses."""
    with (
        pytest.raises((IntegrityError, InternalError, ProgrammingError)) as error,
        transaction.atomic(),
    ):
        attempt()
    return str(error.value)


CHANGES = {
    "cells": lambda: Line.objects.update(cells={"name": "李四"}),
    "amount": lambda: sql("UPDATE publicity_line SET amount_fen = 1"),
    "position": lambda: sql("UPDATE publicity_line SET position = position + 100"),
    "subject": lambda: sql("UPDATE publicity_line SET subject_id = subject_id || 'x'"),
    "removed line": lambda: sql("DELETE FROM publicity_line"),
    "added line": lambda: Line.objects.create(announcement=Announcement.objects.get(), position=99),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_list_that_is_open_cannot_be_changed(opened: Make, name: str) -> None:
    opened()
    assert "public cannot be changed" in refused(CHANGES[name])
    with without("publicity_line", triggers=("frozen",)):
        CHANGES[name]()


def test_a_draft_can(draft: Make) -> None:
    draft()
    assert Line.objects.update(cells={"name": "李*"}) == 3


AROUND = {
    "title": {"title": "别的标题"},
    "last day": {"closes_on": date(2026, 3, 3)},
    "number": {"number": "公示〔2026〕99号"},
    "columns": {"columns": []},
    "clause": {"clause": "别处"},
    "digest": {"digest": "0" * 64},
}


@pytest.mark.parametrize("name", AROUND)
def test_what_stands_around_an_open_list_cannot_be_changed(opened: Make, name: str) -> None:
    opened()
    assert "is public and cannot be changed" in refused(lambda: Announcement.objects.update(**AROUND[name]))
    with without("publicity_announcement", triggers=("frozen",)):
        Announcement.objects.update(**AROUND[name])


def test_a_page_is_permanent(opened: Make) -> None:
    opened()

    def delete() -> None:
        sql("DELETE FROM publicity_line")
        sql("DELETE FROM publicity_announcement")

    refused(lambda: sql("DELETE FROM publicity_announcement"))
    with (
        without("publicity_announcement", triggers=("never_deleted",)),
        without("publicity_line", triggers=("frozen",)),
    ):
        delete()


def test_a_state_has_its_doors(opened: Make) -> None:
    announcement = opened()
    for table in ("publicity_announcement", "publicity_line"):
        state = "closed" if table == "publicity_announcement" else "contested"
        assert "only through" in refused(lambda t=table, s=state: sql(f"UPDATE {t} SET state = '{s}'"))
    with without("publicity_line", triggers=("one_door",)):
        sql("UPDATE publicity_line SET state = 'contested'")

    def other_list() -> None:
        door(f"publicity_line:list-{announcement.pk + 1}:contested")
        sql("UPDATE publicity_line SET state = 'contested'")

    assert "only through" in refused(other_list)


def test_a_line_with_an_open_objection_is_not_cleared(opened: Make, lodge: Make, officer: Actor) -> None:
    announcement = opened()
    objection = lodge(announcement, 1)
    close_due(now=AFTER)
    line = announcement.lines.get(position=1)

    def clear() -> None:
        door(f"publicity_line:{line.pk}:cleared")
        sql("UPDATE publicity_line SET state = 'cleared', settled_on = '2026-03-10' WHERE id = %s", line.pk)

    assert "open objection" in refused(clear)
    accept_objection(objection=objection, actor=officer, now=AFTER)
    assert "open objection" in refused(clear)
    with without("publicity_line", triggers=("cleared_when_free",)):
        clear()


def test_a_line_is_not_cleared_before_the_end(opened: Make) -> None:
    line = opened().lines.first()

    def clear() -> None:
        door(f"publicity_line:{line.pk}:cleared")
        sql("UPDATE publicity_line SET state = 'cleared', settled_on = '2026-03-10' WHERE id = %s", line.pk)

    assert "before the period is over" in refused(clear)
    with without("publicity_line", triggers=("cleared_when_free",)):
        clear()


def test_a_settled_line_stays_as_it_is(opened: Make) -> None:
    line = opened().lines.first()
    close_due(now=AFTER)

    def reopen() -> None:
        door(f"publicity_line:{line.pk}:listed")
        sql("UPDATE publicity_line SET state = 'listed', settled_on = NULL WHERE id = %s", line.pk)

    assert "stays as it is" in refused(reopen)
    with without("publicity_line", triggers=("final",)):
        reopen()


def test_a_list_is_not_closed_on_its_last_day(opened: Make) -> None:
    announcement = opened()

    def close() -> None:
        door(f"publicity_announcement:{announcement.pk}:closed")
        sql("UPDATE publicity_announcement SET state = 'closed', closed_on = closes_on")

    assert "publicity_closed_after_period" in refused(close)
    with without("publicity_announcement", constraint="publicity_closed_after_period"):
        close()


def test_what_was_lodged_stays_as_it_was(opened: Make, lodge: Make) -> None:
    lodge(opened(), 1)
    for change in ({"text": "别的"}, {"is_late": True}, {"line": None}, {"code": "0" * 16}):
        assert refused(lambda change=change: Objection.objects.update(**change))
        with without("publicity_objection", triggers=("as_lodged",)):
            Objection.objects.update(**change)
    assert refused(lambda: sql("DELETE FROM publicity_objection"))


def test_an_objection_is_about_a_line_of_its_own_list(opened: Make, lodge: Make) -> None:
    one, two = opened(), opened()
    values = {
        "announcement": one,
        "line": two.lines.first(),
        "serial": 7,
        "code": "A" * 16,
        "identity_kind": "person",
        "name": "王大明",
        "phone": "1",
        "text": "x",
        "lodged_at": OPENED,
        "lodged_on": date(2026, 3, 2),
    }
    assert "another announcement" in refused(lambda: Objection.objects.create(**values))
    with without("publicity_objection", triggers=("own_line",)):
        Objection.objects.create(**values)


def test_who_objects_is_not_readable_in_the_database(opened: Make, lodge: Make) -> None:
    lodge(opened(), 1, email="wang@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name || phone || email FROM publicity_objection")
        stored = cursor.fetchone()[0]
    assert "王大明" not in stored and "13800138000" not in stored and "wang" not in stored


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"phone": ""}, {"text": ""}], ids=["no name", "no contact", "no text"]
)
def test_an_anonymous_or_empty_objection_cannot_be_stored(opened: Make, values: dict[str, str]) -> None:
    given = {
        "announcement": opened(),
        "serial": 1,
        "code": "B" * 16,
        "identity_kind": "person",
        "name": "王大明",
        "phone": "13800138000",
        "text": "x",
        "lodged_at": OPENED,
        "lodged_on": date(2026, 3, 2),
        **values,
    }
    assert "publicity_objection_has" in refused(lambda: Objection.objects.create(**given))
