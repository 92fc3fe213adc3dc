"""What is, or was, known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Observation
from kaichuang.facts.models.observation import Value
from kaichuang.facts.permissions import READERS
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme


def observations_for(actor: Actor) -> QuerySet[Observation]:
    """All observations of the programme for its public servants; those about itself for a party."""
    observations = Observation.objects.select_related("definition", "subject", "origin")
    if actor.is_system:
        return observations
    observations = observations.filter(programme=actor.programme_id)
    if actor.has(*READERS):
        return observations
    return observations.filter(_about("parties.party", [actor.party_id or 0]))


def known_about(
    programme: Programme,
    object_id: int,
    *,
    on: date,
    codes: Iterable[str] | None = None,
    known_at: datetime | None = None,
    object_type: str = "parties.party",
) -> dict[str, Value]:
    """Code → value: what was true `on` that day about one object, as we knew it at `known_at` (None: now).

    Derived facts speak of the platform's present tables, so they are left out when `known_at` is given.
    """
    wanted = None if codes is None else set(codes)
    rows = _at(programme, on, known_at).filter(_about(object_type, [object_id])).select_related("definition")
    if wanted is not None:
        rows = rows.filter(definition__code__in=wanted)
    values = {row.definition.code: row.value for row in rows}
    if known_at is None:
        for code, derived in derived_facts().items():
            if derived.object_type == object_type and (wanted is None or code in wanted):
                values.update((code, value) for value in derived.of(programme, on, [object_id]).values())
    return values


def history_of(
    programme: Programme, object_id: int, code: str, *, object_type: str = "parties.party"
) -> QuerySet[Observation]:
    """Every value that was ever held of one fact, the newest knowledge first, superseded ones too."""
    rows = Observation.objects.filter(
        _about(object_type, [object_id]), programme=programme, definition__code=code
    )
    return rows.select_related("origin", "definition").order_by("-known__startswith", "valid", "-id")


def _at(programme: Programme, on: date, known_at: datetime | None) -> QuerySet[Observation]:
    rows = Observation.objects.filter(programme=programme, valid__contains=on)
    return rows.filter(known__upper_inf=True) if known_at is None else rows.filter(known__contains=known_at)


def _about(object_type: str, object_ids: list[int]) -> Q:
    return Q(subject__object_type=object_type, subject__object_id__in=object_ids)
