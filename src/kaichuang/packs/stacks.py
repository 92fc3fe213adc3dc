"""The stacking rules of a pack in the form that the search works on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kaichuang.rules.measures import Entitlement, Rulebook, Settings
from kaichuang.rules.measures.scope import symbol
from kaichuang.rules.stacking import Award, Choice, Rule, best

from .loader import Pack


def rules_for(
    pack: Pack,
    book: Rulebook,
    *,
    as_of: dt.date,
    facts: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
) -> list[Rule]:
    """The rules that apply, with limits computed and what was used before taken from the facts."""
    case = book.case_facts(facts or {}, as_of=as_of, settings=settings)
    rules = []
    for rule in pack.all.stacking:
        if rule.when is not None:
            name = f"{symbol(rule.id)}.when"
            if book.values(case, settings=settings, outputs=(name,))[name] is not True:
                continue
        limit = used = 0
        if rule.kind == "shared_cap":
            members = [m for m in book.plans.values() if not rule.measures or m.measure.id in rule.measures]
            name = f"{members[0].symbol}.limit_{symbol(rule.id)}"
            value = book.values(case, settings=settings, outputs=(name,))[name]
            limit = value if isinstance(value, int) else 0
            paid = case.values.get(f"paid_{symbol(rule.id)}")
            used = paid if isinstance(paid, int) else 0
        rules.append(
            Rule(
                rule.id,
                rule.kind,
                rule.title,
                rule.clause,
                frozenset(rule.measures),
                frozenset(rule.over),
                limit,
                used,
            )
        )
    return rules


def best_combination(
    pack: Pack,
    book: Rulebook,
    answers: Mapping[str, Entitlement],
    *,
    as_of: dt.date,
    evidence: Mapping[str, frozenset[str]] | None = None,
    facts: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
) -> Choice:
    """What one applicant should take of everything payable; ``evidence`` are the papers each measure rests on."""
    awards = [
        Award(id_, found.payable_fen, id_, "", (evidence or {}).get(id_, frozenset()), found.measure.title)
        for id_, found in answers.items()
        if found.payable_fen
    ]
    return best(awards, rules_for(pack, book, as_of=as_of, facts=facts, settings=settings))
