"""Find the unit that a text means."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Unit
from kaichuang.places.models import Programme
from kaichuang.places.queries.programmes import programmes_for


def units_for(actor: Actor) -> QuerySet[Unit]:
    """Units are printed in the public documents: whoever may see the programme may see them."""
    return Unit.objects.filter(programme__in=programmes_for(actor)).select_related("successor")


def find_unit(programme: Programme, text: str) -> Unit | None:
    """By key, printed name or alias; the printed unit, not its successor."""
    name = text.strip()
    by_name = Q(name=name) | Q(key=name) | Q(aliases__contains=[name])
    found = list(Unit.objects.filter(by_name, programme=programme).select_related("successor").order_by("id"))
    exact = [unit for unit in found if name in (unit.name, unit.key)]
    return next(iter(exact or found), None)


def unit_today(unit: Unit) -> Unit:
    """The unit that does the work of a renamed or merged one today."""
    seen = {unit.pk}
    while unit.successor is not None and unit.successor_id not in seen:
        unit = unit.successor
        seen.add(unit.pk)
    return unit
