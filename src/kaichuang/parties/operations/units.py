"""The units of a programme, as its packs print them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.parties.models import Unit
from kaichuang.places.models import Programme
from kaichuang.places.permissions import may_manage_programme


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit as a pack writes it: its id, printed name, other names, and its name today where that differs."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    successor: str = ""


@transaction.atomic
def load_units(*, programme: Programme, units: Iterable[UnitSpec], actor: Actor, now: datetime) -> int:
    """Insert or refresh the programme's units; returns how many were new or changed. Nothing is deleted.

    A successor that the pack does not list itself is made, so that the chain always leads to a unit.
    """
    require(may_manage_programme(actor, programme))
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    specs = list(units)
    known = {unit.name: unit for unit in Unit.objects.filter(programme=programme)}
    changed: set[str] = set()
    for spec in specs:
        _put(programme, known, changed, spec)
    for spec in specs:
        if not spec.successor or spec.successor == spec.name:
            continue
        if spec.successor not in known:
            _put(programme, known, changed, UnitSpec(key="", name=spec.successor))
        unit, heir = known[spec.name], known[spec.successor]
        if unit.successor_id != heir.pk:
            unit.successor = heir
            unit.save(update_fields=["successor"])
            changed.add(unit.name)
    if changed:
        payload = {"units": sorted(changed)}
        record(
            actor=actor,
            now=now,
            action="load_units",
            subject=programme,
            scope=programme.slug,
            payload=payload,
        )
    return len(changed)


def _put(programme: Programme, known: dict[str, Unit], changed: set[str], spec: UnitSpec) -> None:
    unit = known.get(spec.name)
    if unit is None:
        unit = Unit(programme=programme, name=spec.name)
    elif (unit.key, tuple(unit.aliases)) == (spec.key, spec.aliases):
        return
    unit.key, unit.aliases = spec.key, list(spec.aliases)
    unit.save()
    known[spec.name] = unit
    changed.add(spec.name)
