"""Units: named and without a task; measures that nobody answers for."""

from __future__ import annotations

from collections.abc import Iterator

from ..check import REFERENCES, parts
from .context import Doubt, Lint

KEYS = frozenset(name for name, target in REFERENCES.items() if target == "units")


def idle(lint: Lint) -> Iterator[Doubt]:
    """Units that no clause, measure, target or list gives anything to do."""
    named: set[str] = set()
    for _, part in parts(lint.pack):
        for key in (KEYS - {"members"}) & type(part).model_fields.keys():
            value = getattr(part, key)
            named.update(value if isinstance(value, tuple) else [value] if isinstance(value, str) else [])
        unit = getattr(part, "unit", None)
        if isinstance(unit, str):
            named.add(unit)
    for matter in lint.pack.own.matters:
        named.update((*matter.desks.values(), *matter.districts.values()))
    members = {unit.id: unit.members for unit in lint.pack.all.units}
    while new := {one for unit in named & members.keys() for one in members[unit]} - named:
        named |= new  # a group's task is its members'
    for unit in lint.pack.own.units:
        if unit.id not in named:
            zh, en = f"单位“{unit.name.zh}”没有任何职责", f"{unit.id} has no responsibility"
            yield Doubt("no-task", ("units", unit.id, ()), zh, en, "写入 responsibilities | give it a task")


def measures_without(lint: Lint) -> Iterator[Doubt]:
    """Measures without a responsible unit."""
    for measure in lint.measures:
        if not measure.responsible:
            zh, en = f"措施“{measure.title.zh}”没有责任单位", f"nobody is responsible for {measure.id}"
            yield Doubt("nobody", ("measures", measure.id, ()), zh, en, "写 responsible | name who is")
