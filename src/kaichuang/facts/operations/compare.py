"""What telling values would change, counted by the server; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from kaichuang.facts.models import Definition
from kaichuang.facts.operations.staging import Told, row_of, staged
from kaichuang.places.models import Programme

_COUNT = """
WITH compared AS (
    SELECT EXISTS (
               SELECT FROM facts_observation o
                WHERE o.programme_id = %(programme)s AND o.subject_id = i.subject_id
                  AND o.definition_id = i.definition_id AND upper_inf(o.known) AND o.valid @> i.valid
                  AND (o.number, o.divisor, o.text, o.day, o.flag)
                      IS NOT DISTINCT FROM (i.number, i.divisor, i.text, i.day, i.flag)) AS same,
           EXISTS (
               SELECT FROM facts_observation o
                WHERE o.programme_id = %(programme)s AND o.subject_id = i.subject_id
                  AND o.definition_id = i.definition_id AND upper_inf(o.known) AND o.valid && i.valid) AS known
      FROM facts_incoming i
)
SELECT count(*) FILTER (WHERE NOT known), count(*) FILTER (WHERE known AND NOT same), count(*) FILTER (WHERE same)
  FROM compared
"""

_NEWER = """
SELECT count(DISTINCT (i.subject_id, i.definition_id))
  FROM facts_incoming i
  JOIN facts_observation o ON o.programme_id = %(programme)s AND o.subject_id = i.subject_id
   AND o.definition_id = i.definition_id AND upper_inf(o.known) AND o.valid && i.valid
  JOIN facts_origin f ON f.id = o.origin_id
 WHERE f.data_as_of > %(as_of)s
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many values are new, change what is held, say what is held; how many change something held of a later day."""

    new: int = 0
    changed: int = 0
    same: int = 0
    outdated: int = 0


def compare(*, programme: Programme, told: Iterable[Told], as_of: date) -> Comparison:
    """Count what `observe` would do with the values, which show the state of `as_of`."""
    entries = list(told)
    definitions = {
        row.code: row for row in Definition.objects.filter(code__in={entry.code for entry in entries})
    }
    names = {"programme": programme.pk, "as_of": as_of}
    with (
        transaction.atomic(),
        staged([row_of(definitions[entry.code], entry) for entry in entries], lock=False) as cursor,
    ):
        cursor.execute(_COUNT, names)
        new, changed, same = cursor.fetchone()
        cursor.execute(_NEWER, names)
        return Comparison(new, changed, same, cursor.fetchone()[0])
