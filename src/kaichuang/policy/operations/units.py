"""Find the unit that a text means by a printed name."""

from __future__ import annotations

from kaichuang.parties.models import Unit
from kaichuang.places.models import Programme

_PREFIXES = "省市县区州"


class UnitBook:
    """The units of a programme by every name they go by; unknown ones are added under their printed name.

    Texts drop the level after the first unit of a list (市科技局、工信局 means 市科技局、市工信局), so a name without
    its prefix finds the one with it, when only one unit fits.
    """

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._by_name: dict[str, Unit] = {}
        for unit in programme.units.order_by("id"):
            for name in (unit.name, *unit.aliases):
                self._by_name.setdefault(name, unit)

    def find(self, printed: str) -> Unit:
        name = printed.strip()
        found = self._by_name.get(name) or self._elided(name)
        if found is None:
            found = Unit.objects.create(programme=self._programme, name=name[:120])
            self._by_name[name] = found
        return found

    def _elided(self, name: str) -> Unit | None:
        fitting = {
            unit.pk: unit
            for known, unit in self._by_name.items()
            if known[1:] == name and known[0] in _PREFIXES
        }
        return next(iter(fitting.values())) if len(fitting) == 1 else None
