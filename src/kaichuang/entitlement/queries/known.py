"""What the platform knows about a party, with its source and its age, in the values that rules use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaichuang.entitlement.queries.answers import admissible
from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Observation
from kaichuang.facts.models.observation import Source
from kaichuang.facts.models.observation import Value as FactValue
from kaichuang.facts.queries import observations_for
from kaichuang.kit.actor import Actor
from kaichuang.places.models import Programme
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.values import Value

_PARTY = "parties.party"


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
    return known_facts_of(actor, programme, book, [actor.party_id], on=on)[actor.party_id]


def known_facts_of(
    actor: Actor, programme: Programme, book: Rulebook, parties: Collection[int], *, on: date
) -> dict[int, dict[str, Known]]:
    """The same of many parties, as far as the actor may see them: party → code → value."""
    found: dict[int, dict[str, Known]] = {party: {} for party in parties}
    rows = observations_for(actor).filter(
        programme=programme,
        subject__object_type=_PARTY,
        subject__object_id__in=found,
        valid__contains=on,
        known__upper_inf=True,
        definition__code__in=list(book.facts),
    )
    for row in rows:
        found[row.subject.object_id][row.definition.code] = _observed(row)
    for code, derived in derived_facts().items():
        if code in book.facts and derived.object_type == _PARTY:
            values = derived.of(programme, on, found)
            for party, facts in found.items():
                _derive(facts, code, values.get(party), on)
    return {
        party: {code: known for code, known in facts.items() if admissible(book, code, known.value)}
        for party, facts in found.items()
    }


def _derive(facts: dict[str, Known], code: str, value: FactValue | None, on: date) -> None:
    """A fact of the platform's own tables is theirs, whatever was reported; a report counts where they are silent."""
    if value is not None:
        facts[code] = Known(code, as_rule_value(value), Source.DERIVED, on)
    elif code in facts:
        facts[code] = Known(code, facts[code].value, Source.DERIVED, on)


def as_rule_value(value: FactValue) -> Value:
    """A stored value as rules use it: a ratio becomes a fraction."""
    return Fraction(*value) if isinstance(value, tuple) else value


def _observed(row: Observation) -> Known:
    return Known(
        row.definition.code, as_rule_value(row.value), row.source, row.origin.data_as_of, row.origin.reference
    )
