"""What if: the effects of a change are the difference of two runs, whichever way they were computed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from measures_books import AS_OF, book

from kaichuang.rules.measures.sample import Draw, people, tables
from kaichuang.rules.measures.whatif import WHOLE, Simulation

RULES = book("ninghai-2016")
DRAW = Draw(9, AS_OF)
PEOPLE = people(RULES, 400, DRAW).collect()
TABLES = {code: table.collect() for code, table in tables(RULES, 400, DRAW).items()}
CHANGES: list[dict[str, Any]] = [
    {"increments": "cumulative"},
    {"nh_m4.rate": Fraction(4, 10)},
    {"equipment_cap": "invoice", "nh_m2.county": 10_000_000},
    {"nh_u1.rate": Fraction(1, 2), "nh_u1.ceiling": 100_000, "nh_u1.yearly": 1_000_000},
    {"increments": "highest"},
]


def sums(settings: dict[str, Any]) -> dict[str, int]:
    names = {plan.measure.id: plan.payable for plan in RULES.plans.values() if plan.payable}
    found = RULES.run(PEOPLE, as_of=AS_OF, tables=TABLES, settings=settings, outputs=names.values()).collect()
    return {id_: int(found[name].sum() or 0) for id_, name in names.items()}


def test_each_change_has_the_effect_of_a_run_of_its_own_in_any_order() -> None:
    simulation = Simulation(RULES, PEOPLE, as_of=AS_OF, tables=TABLES)
    before = sums({})
    for change in (*CHANGES, *reversed(CHANGES)):
        after = sums(change)
        effects = {effect.measure: effect for effect in simulation.what_if(change).effects}
        assert {id_: (e.before_fen, e.after_fen) for id_, e in effects.items()} == {
            id_: (before[id_], after[id_]) for id_ in before
        }
        for effect in effects.values():
            assert effect.change_fen == effect.gained_fen - effect.lost_fen


def test_only_what_depends_on_the_change_is_recomputed() -> None:
    simulation = Simulation(RULES, PEOPLE, as_of=AS_OF, tables=TABLES)
    recomputed = simulation.what_if({"increments": "cumulative"}).recomputed
    assert all(name.startswith("nh_m2.") for name in recomputed)
    assert len(recomputed) < len(RULES.program.order) / 5


def test_groups_add_up_to_everybody() -> None:
    simulation = Simulation(RULES, PEOPLE, as_of=AS_OF, tables=TABLES, group_by="space_level")
    effects = simulation.what_if({"increments": "cumulative"}).effects
    for id_ in {effect.measure for effect in effects}:
        mine = [effect for effect in effects if effect.measure == id_]
        whole = next(effect for effect in mine if effect.group == WHOLE)
        for name in ("cases", "before_fen", "after_fen", "winners", "gained_fen", "losers", "lost_fen"):
            assert sum(getattr(e, name) for e in mine if e.group != WHOLE) == getattr(whole, name)
    with pytest.raises(KeyError):
        Simulation(RULES, PEOPLE, as_of=AS_OF, group_by="district")
