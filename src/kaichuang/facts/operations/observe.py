"""Tell the store something. One way for a single value and for a million: set-based, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from kaichuang.facts.models import Definition, Observation, Origin, ValueType
from kaichuang.facts.models.observation import Value
from kaichuang.facts.permissions import may_observe
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.places.models import Programme


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

# What we hold already, for at least that time, is no news.
_DROP_OLD_NEWS = """
DELETE FROM facts_incoming i USING facts_observation o
 WHERE o.programme_id = %(programme)s AND o.subject_id = i.subject_id AND o.definition_id = i.definition_id
   AND upper_inf(o.known) AND o.valid @> i.valid
   AND (o.number, o.divisor, o.text, o.day, o.flag) IS NOT DISTINCT FROM (i.number, i.divisor, i.text, i.day, i.flag)
"""

_END_CONTRADICTED = """
WITH news AS (
    SELECT subject_id, definition_id, range_agg(valid) AS valid FROM facts_incoming GROUP BY 1, 2
),
ended AS (
    UPDATE facts_observation o
       SET known = tstzrange(lower(o.known), greatest(%(now)s, lower(o.known)))
      FROM news n
     WHERE o.programme_id = %(programme)s AND o.subject_id = n.subject_id AND o.definition_id = n.definition_id
       AND upper_inf(o.known) AND o.valid && n.valid
 RETURNING o.id, n.valid AS news
)
INSERT INTO facts_ended SELECT id, news FROM ended
"""

# Of a period of which only a part is contradicted, the rest stays known as it was told.
_KEEP_THE_REST = """
INSERT INTO facts_observation
       (programme_id, subject_id, definition_id, type, valid, known, recorded_at,
        number, divisor, text, day, flag, source, origin_id)
SELECT o.programme_id, o.subject_id, o.definition_id, o.type, rest, tstzrange(greatest(%(now)s, lower(o.known)), NULL),
       %(now)s, o.number, o.divisor, o.text, o.day, o.flag, o.source, o.origin_id
  FROM facts_ended e JOIN facts_observation o ON o.id = e.id,
       unnest(datemultirange(o.valid) - e.news) AS rest
"""

_ADD_THE_NEWS = """
INSERT INTO facts_observation
       (programme_id, subject_id, definition_id, type, valid, known, recorded_at,
        number, divisor, text, day, flag, source, origin_id)
SELECT %(programme)s, i.subject_id, i.definition_id, i.type, i.valid,
       tstzrange(greatest(%(now)s, coalesce((
           SELECT max(lower(o.known)) FROM facts_ended e JOIN facts_observation o ON o.id = e.id
            WHERE o.subject_id = i.subject_id AND o.definition_id = i.definition_id), %(now)s)), NULL),
       %(now)s, i.number, i.divisor, i.text, i.day, i.flag, %(source)s, %(origin)s
  FROM facts_incoming i
"""


def observe(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    source: str,
    kind: str,
    told: Iterable[Told],
    reference: str = "",
    data_as_of: date | None = None,
    sha256: str = "",
) -> Origin:
    """Write down what was told; contradicted values stop being known, what is known already is left alone.

    Values are of the definition's type (see `facts.values.read`). `data_as_of` is the day whose state the data
    shows, when that is not today. Raises `KeyError` for a code that no pack has published.
    """
    require(may_observe(actor, programme))
    entries = list(told)
    definitions = {
        row.code: row for row in Definition.objects.filter(code__in={entry.code for entry in entries})
    }
    with transaction.atomic():
        origin = Origin.objects.create(
            programme=programme,
            kind=kind,
            reference=reference,
            data_as_of=data_as_of or timezone.localdate(now),
            told_by_id=actor.user_id,
            told_at=now,
            sha256=sha256,
        )
        _write(programme, now, source, origin, [_row(definitions[entry.code], entry) for entry in entries])
        record(
            actor=actor,
            now=now,
            action="observe",
            subject=origin,
            scope=programme.slug,
            payload={"kind": kind, "values": len(entries)},
        )
    return origin


def withdraw(*, actor: Actor, now: datetime, observation: Observation, reason: str) -> None:
    """We no longer hold this to be true, and know nothing better: its `known` ends without a successor."""
    require(may_observe(actor, observation.programme))
    if not reason.strip():
        raise Refused(Problem("reason_required", _("请填写撤回理由。"), field="reason"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE facts_observation SET known = tstzrange(lower(known), greatest(%s, lower(known)))"
            " WHERE id = %s AND upper_inf(known)",
            [now, observation.pk],
        )
        if cursor.rowcount == 0:
            raise Stale()
        record(
            actor=actor,
            now=now,
            action="withdraw",
            subject=observation,
            scope=observation.programme.slug,
            reason=reason,
        )


Row = tuple[str, int, int, str, DateRange, int | None, int, str | None, date | None, bool | None]


def _row(definition: Definition, entry: Told) -> Row:
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


def _write(programme: Programme, now: datetime, source: str, origin: Origin, rows: Sequence[Row]) -> None:
    names: dict[str, int | str | datetime] = {
        "programme": programme.pk,
        "now": now,
        "source": source,
        "origin": origin.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(
            "COPY facts_incoming (object_type, object_id, definition_id, type, valid, number, divisor, text, day, flag)"
            " FROM STDIN"
        ) as copy:
            for row in rows:
                copy.write_row(row)
        for statement in (_NAME_SUBJECTS, _FIND_SUBJECTS, _LOCK_SUBJECTS):
            cursor.execute(statement)
        cursor.execute("CREATE TEMPORARY TABLE facts_ended (id bigint, news datemultirange) ON COMMIT DROP")
        for statement in (_DROP_OLD_NEWS, _END_CONTRADICTED, _KEEP_THE_REST, _ADD_THE_NEWS):
            cursor.execute(statement, names)
        # Told again within one transaction, the tables are made anew.
        cursor.execute("DROP TABLE facts_incoming, facts_ended")
