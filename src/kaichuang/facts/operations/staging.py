"""Values told, brought to the server by COPY and matched with their subjects, ready for set-based statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from psycopg.types.range import DateRange

from kaichuang.facts.models import Definition, ValueType
from kaichuang.facts.models.observation import Value


@dataclass(frozen=True, slots=True)
class Told:
    """One value: about which object, which fact, true from a day up to but not including another (None: open)."""

    object_id: int
    code: str
    value: Value
    since: date | None = None
    until: date | None = None
    object_type: str = "parties.party"


_STAGE = """
CREATE TEMPORARY TABLE facts_incoming (
    object_type text, object_id bigint, definition_id bigint, type text, valid daterange,
    number bigint, divisor bigint, text text, day date, flag boolean, subject_id bigint
) ON COMMIT DROP
"""

_COPY = """
COPY facts_incoming (object_type, object_id, definition_id, type, valid, number, divisor, text, day, flag) FROM STDIN
"""

_NAME_SUBJECTS = """
INSERT INTO facts_subject (object_type, object_id)
SELECT DISTINCT object_type, object_id FROM facts_incoming ORDER BY 1, 2
ON CONFLICT DO NOTHING
"""

_FIND_SUBJECTS = """
UPDATE facts_incoming i SET subject_id = s.id
  FROM facts_subject s WHERE s.object_type = i.object_type AND s.object_id = i.object_id
"""

# In the order of keys: two tellers about the same subjects wait for each other, and never in a circle.
_LOCK_SUBJECTS = """
SELECT count(*) FROM (
    SELECT id FROM facts_subject WHERE id IN (SELECT subject_id FROM facts_incoming) ORDER BY id FOR NO KEY UPDATE
) locked
"""


_FEW = 500
"""Below so many rows, planning without statistics costs less than collecting them."""

Row = tuple[str, int, int, str, DateRange, int | None, int, str | None, date | None, bool | None]


def row_of(definition: Definition, entry: Told) -> Row:
    number: int | None = None
    divisor, text, day, flag = 1, None, None, None
    value = entry.value
    match definition.type, value:
        case ValueType.BOOL, bool():
            flag = value
        case ((ValueType.INT | ValueType.MONEY), int()) if not isinstance(value, bool):
            number = value
        case ValueType.RATIO, (int() as number, int() as divisor):
            pass
        case ValueType.DATE, date():
            day = value
        case ValueType.TEXT, str():
            text = value
        case _:
            raise TypeError(f"{definition.code} is of type {definition.type}, not {value!r}")
    valid = DateRange(entry.since, entry.until, "[)")
    return (
        entry.object_type, entry.object_id, definition.pk, definition.type, valid, number, divisor, text, day, flag
    )  # fmt: skip


@contextmanager
def staged(rows: Sequence[Row], *, lock: bool) -> Iterator[Any]:
    """A cursor with the rows in the temporary table `facts_incoming`; part of the caller's transaction.

    With `lock`, subjects are named and locked; without, rows about subjects that nobody has spoken of keep a null.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
        for statement in (_NAME_SUBJECTS, _FIND_SUBJECTS, _LOCK_SUBJECTS) if lock else (_FIND_SUBJECTS,):
            cursor.execute(statement)
        if len(rows) > _FEW:
            # Nobody else collects statistics of a temporary table; without them large imports get nested loops.
            cursor.execute("ANALYZE facts_incoming")
        yield cursor
        # Told again within one transaction, the table is made anew.
        cursor.execute("DROP TABLE facts_incoming")
