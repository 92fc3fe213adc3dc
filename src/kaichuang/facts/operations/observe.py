"""Tell the store something. One way for a single value and for a million: set-based, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kaichuang.facts.models import Definition, Observation, Origin
from kaichuang.facts.operations.staging import Row, Told, row_of, staged
from kaichuang.facts.permissions import may_observe
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale
from kaichuang.places.models import Programme

_ENDED = """
CREATE TEMPORARY TABLE facts_ended (
    id bigint, news datemultirange, held timestamptz, subject_id bigint, definition_id bigint
) ON COMMIT DROP
"""

# What we hold already, for at least that time, is no news.
_DROP_OLD_NEWS = """
DELETE FROM facts_incoming i USING facts_observation o
 WHERE o.programme_id = %(programme)s AND o.subject_id = i.subject_id AND o.definition_id = i.definition_id
   AND upper_inf(o.known) AND o.valid @> i.valid
   AND (o.number, o.divisor, o.text, o.day, o.flag) IS NOT DISTINCT FROM (i.number, i.divisor, i.text, i.day, i.flag)
"""

# `held` is kept from before: a value that is ended at the moment since which it was known is never known at all, and
# its successor must not reach back before it.
_FIND_CONTRADICTED = """
INSERT INTO facts_ended (id, news, held, subject_id, definition_id)
SELECT o.id, n.valid, lower(o.known), o.subject_id, o.definition_id
  FROM (SELECT subject_id, definition_id, range_agg(valid) AS valid FROM facts_incoming GROUP BY 1, 2) n
  JOIN facts_observation o ON o.programme_id = %(programme)s
   AND o.subject_id = n.subject_id AND o.definition_id = n.definition_id
 WHERE upper_inf(o.known) AND o.valid && n.valid
"""

_END_CONTRADICTED = """
UPDATE facts_observation o
   SET known = tstzrange(e.held, greatest(%(now)s, e.held))
  FROM facts_ended e WHERE o.id = e.id
"""

# Of a period of which only a part is contradicted, the rest stays known as it was told.
_KEEP_THE_REST = """
INSERT INTO facts_observation
       (programme_id, subject_id, definition_id, type, valid, known, recorded_at,
        number, divisor, text, day, flag, source, origin_id)
SELECT o.programme_id, o.subject_id, o.definition_id, o.type, rest, tstzrange(greatest(%(now)s, e.held), NULL),
       %(now)s, o.number, o.divisor, o.text, o.day, o.flag, o.source, o.origin_id
  FROM facts_ended e JOIN facts_observation o ON o.id = e.id,
       unnest(datemultirange(o.valid) - e.news) AS rest
"""

_ADD_THE_NEWS = """
INSERT INTO facts_observation
       (programme_id, subject_id, definition_id, type, valid, known, recorded_at,
        number, divisor, text, day, flag, source, origin_id)
SELECT %(programme)s, i.subject_id, i.definition_id, i.type, i.valid,
       tstzrange(greatest(%(now)s, e.held), NULL),
       %(now)s, i.number, i.divisor, i.text, i.day, i.flag, %(source)s, %(origin)s
  FROM facts_incoming i
  LEFT JOIN (SELECT subject_id, definition_id, max(held) AS held FROM facts_ended GROUP BY 1, 2) e
    ON e.subject_id = i.subject_id AND e.definition_id = i.definition_id
"""

_STATEMENTS = (_DROP_OLD_NEWS, _FIND_CONTRADICTED, _END_CONTRADICTED, _KEEP_THE_REST, _ADD_THE_NEWS)


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
        write_down(origin=origin, now=now, source=source, told=entries)
        record(
            actor=actor,
            now=now,
            action="observe",
            subject=origin,
            scope=programme.slug,
            payload={"kind": kind, "values": len(entries)},
        )
    return origin


def write_down(*, origin: Origin, now: datetime, source: str, told: Iterable[Told]) -> None:
    """The values alone, under an origin that is there already: for a slice of an import that came in one file."""
    entries = list(told)
    codes = {entry.code for entry in entries}
    definitions = {row.code: row for row in Definition.objects.filter(code__in=codes)}
    with transaction.atomic():
        _write(origin, now, source, [row_of(definitions[entry.code], entry) for entry in entries])


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


def _write(origin: Origin, now: datetime, source: str, rows: Sequence[Row]) -> None:
    names: dict[str, int | str | datetime] = {
        "programme": origin.programme_id,
        "now": now,
        "source": source,
        "origin": origin.pk,
    }
    with staged(rows, lock=True) as cursor:
        cursor.execute(_ENDED)
        for statement in _STATEMENTS:
            cursor.execute(statement, names)
        cursor.execute("DROP TABLE facts_ended")
