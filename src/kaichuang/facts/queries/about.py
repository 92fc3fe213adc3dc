"""Everything that is, or was, known about one object, with where it comes from and how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Definition, Observation, Origin
from kaichuang.facts.models.observation import Source, Value
from kaichuang.places.models import Programme


@dataclass(frozen=True, slots=True)
class Known:
    """One fact: `since`–`until` is the time of which it is true (the last day excluded), `age` in days."""

    definition: Definition
    value: Value
    source: str
    since: date | None = None
    until: date | None = None
    origin: Origin | None = None
    recorded_at: datetime | None = None
    age: int | None = None

    @property
    def code(self) -> str:
        return self.definition.code


def known_rows(
    programme: Programme,
    object_id: int,
    *,
    on: date,
    known_at: datetime | None = None,
    today: date | None = None,
    object_type: str = "parties.party",
) -> list[Known]:
    """What was true `on` that day as known at `known_at` (None: now, with derived facts), by title.

    `today` is the day up to which the age of the data is counted.
    """
    rows = Observation.objects.filter(
        programme=programme,
        subject__object_type=object_type,
        subject__object_id=object_id,
        valid__contains=on,
    ).select_related("definition", "origin")
    rows = rows.filter(known__upper_inf=True) if known_at is None else rows.filter(known__contains=known_at)
    found = {row.definition.code: _observed(row, today or on) for row in rows}
    if known_at is None:
        found.update(_derived(programme, object_id, on, object_type))
    return sorted(found.values(), key=lambda one: (one.definition.subject_kind, one.definition.code))


def series_of(programme: Programme, object_id: int, code: str) -> QuerySet[Observation]:
    """What we hold now of one fact, by the time of which it is true: the points of a trend."""
    return Observation.objects.filter(
        programme=programme,
        subject__object_type="parties.party",
        subject__object_id=object_id,
        definition__code=code,
        known__upper_inf=True,
    ).order_by("valid")


def _observed(row: Observation, today: date) -> Known:
    return Known(
        definition=row.definition,
        value=row.value,
        source=row.source,
        since=row.valid.lower,
        until=row.valid.upper,
        origin=row.origin,
        recorded_at=row.recorded_at,
        age=(today - row.origin.data_as_of).days,
    )


def _derived(programme: Programme, object_id: int, on: date, object_type: str) -> dict[str, Known]:
    derived = {code: fact for code, fact in derived_facts().items() if fact.object_type == object_type}
    definitions = {row.code: row for row in Definition.objects.filter(code__in=derived)}
    found = {}
    for code, definition in definitions.items():
        value = derived[code].of(programme, on, [object_id]).get(object_id)
        if value is not None:
            found[code] = Known(definition=definition, value=value, source=Source.DERIVED, age=0)
    return found
