"""Which rules and forms of a programme use a fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kaichuang.facts.models import Form
from kaichuang.packs import PackErrors, load_pack
from kaichuang.packs.rulebook import rulebook
from kaichuang.places.models import Programme
from kaichuang.rules.measures.values import Text


@dataclass(frozen=True, slots=True)
class Use:
    """A measure or a form: its id, title and clause."""

    id: str
    title: Text
    clause: str
    kind: str = "measure"


def uses_in(programme: Programme | None) -> dict[str, list[Use]]:
    """Fact → the measures of the programme's packs whose answers depend on it, and the forms that ask for it."""
    found: dict[str, list[Use]] = defaultdict(list)
    if programme is None:
        return found
    for pack in programme.packs:
        for code, uses in _measures(pack).items():
            found[code].extend(uses)
    for form in Form.objects.filter(programme=programme, is_current=True).order_by("code"):
        spec = form.definition
        for code in sorted({cell.fact for cell in form.sheet.cells.values() if cell.fact}):
            found[code].append(Use(spec.id, spec.title, spec.clause, "form"))
    return found


@lru_cache(maxsize=16)
def _measures(pack_id: str) -> Mapping[str, Iterable[Use]]:
    found: dict[str, list[Use]] = defaultdict(list)
    try:
        book = rulebook(load_pack(pack_id))
    except PackErrors:
        return found  # the pack is not installed here; its facts are shown without their uses
    for plan in book.plans.values():
        names = {name for own in book.names_of(plan.measure.id) for name in book.program.depends_on(own)}
        use = Use(plan.measure.id, plan.measure.title, plan.measure.clause)
        for code in sorted(names & set(book.facts)):
            found[code].append(use)
    return found
