"""What the platform knows about a party, with its source and its age, in the values that rules use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaichuang.entitlement.queries.answers import admissible
from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Observation
from kaichuang.facts.models.observation import Source
from kaichuang.facts.models.observation import Value as FactValue
from kaichuang.facts.queries import known_about, observations_for
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.values import Value


@dataclass(frozen=True, slots=True)
class Known:
    """One value that need not be asked for. ``told_on`` is the day whose state it shows."""

    code: str
    value: Value
    source: str
    told_on: date
    reference: str = ""


def known_facts(actor: Actor, programme: Programme, book: Rulebook, *, on: date) -> dict[str, Known]:
    """The facts of the actor's own party that the rules ask for, true on a day; nothing without a party."""
    if actor.party_id is None:
        return {}
    rows = observations_for(actor).filter(
        programme=programme,
        subject__object_type="parties.party",
        subject__object_id=actor.party_id,
        valid__contains=on,
        known__upper_inf=True,
        definition__code__in=list(book.facts),
    )
    found = {row.definition.code: _observed(row) for row in rows}
    derived = [code for code in derived_facts() if code in book.facts]
    if derived:
        for code, value in known_about(programme, actor.party_id, on=on, codes=derived).items():
            found[code] = Known(code, as_rule_value(value), Source.DERIVED, on)
    return {code: known for code, known in found.items() if admissible(book, code, known.value)}


def as_rule_value(value: FactValue) -> Value:
    """A stored value as rules use it: a ratio becomes a fraction."""
    return Fraction(*value) if isinstance(value, tuple) else value


def _observed(row: Observation) -> Known:
    return Known(
        row.definition.code, as_rule_value(row.value), row.source, row.origin.data_as_of, row.origin.reference
    )
