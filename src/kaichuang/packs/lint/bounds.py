"""How large an amount can become, whatever shape it is written in: by intervals over the whole expression."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kaichuang.rules.lang.admission import slots_of
from kaichuang.rules.lang.analysis import Analysis, Bounds
from kaichuang.rules.lang.nodes import Node
from kaichuang.rules.lang.plan import plan_for
from kaichuang.rules.lang.types import INT64_LIMIT, Field, Type
from kaichuang.rules.measures import Measure, Rulebook
from kaichuang.rules.measures.scope import names_of

from .sources import sources_of

NARROWER = 1000
"""An amount whose upper bound falls when the facts are bounded this much closer grows with them."""


class _Case(Analysis):
    """The bounds of a case; ``scale`` narrows every open-ended number that the case states, but for those ``given``."""

    def __init__(self, book: Rulebook, scale: int, given: frozenset[str]) -> None:
        self._book, self._scale, self._given = book, scale, given
        self._folded = plan_for(book.program, None).nodes
        super().__init__(book.program, book.program.bind())

    def _slots_of(self, name: str) -> Iterable[tuple[str, Node]]:
        """Under the readings and figures in force: a branch that they rule out has no part in the bounds."""
        return [(slot, self._folded.get(slot, node)) for slot, node in super()._slots_of(name)]

    def _declare(self, field: Field) -> None:
        super()._declare(field)
        name, first = field.name, slots_of(field.name, field.type)[0]
        if name in self._given or name in self._book.compiled.unset:
            if field.type.is_number or field.type is Type.RATIO:
                self.slot_bounds[first] = (0, 1)  # what the bureau sets is no fact that grows
        elif field.type.is_number and name not in self._book.usages:
            low, high = self.slot_bounds[first]
            if field.maximum is None or self._book.table_of(name) is not None:
                self.slot_bounds[first] = (low, max(low, high // self._scale))


class Sizes:
    """The upper bounds of the amounts of a pack."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._pair = cache(self._bounds)

    def grows(self, measure: Measure) -> bool:
        """Whether what is paid has no ceiling, not even over earlier payments."""
        plan = self._book.plans[measure.id]
        name = plan.payable or plan.amount
        return name is not None and self._most(measure, name) is None

    def promised(self, measure: Measure) -> int | None:
        """The largest amount before the ceilings over earlier payments; none where it grows with the facts."""
        amount = self._book.plans[measure.id].amount
        return self._most(measure, amount) if amount is not None else None

    def _most(self, measure: Measure, name: str) -> int | None:
        whole, narrow = self._pair(_agreed(measure))
        high = whole[name][1]
        return None if high > narrow[name][1] or high >= INT64_LIMIT else high

    def _bounds(self, given: frozenset[str]) -> tuple[dict[str, Bounds], dict[str, Bounds]]:
        return tuple(_Case(self._book, scale, given).slot_bounds for scale in (1, NARROWER))  # type: ignore[return-value]  # two


def _agreed(measure: Measure) -> frozenset[str]:
    """What an agreement says goes before every ceiling, unless it is the amount itself."""
    if measure.agreement is None:
        return frozenset()
    own = {name for _path, text in sources_of(measure) for name in names_of(text)}
    return frozenset(names_of(measure.agreement.amount)) - own
