"""One case: our function with and without trace over all packs, OpenFisca, and zen-engine on equal tables."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from bench.rules.openfisca import Rival
from bench.rules.sources import Source
from bench.rules.zen_tables import TABLES, cases, ours, zens

ROUNDS = 7


def single_cases(found: list[Source]) -> dict[str, float]:
    """Microseconds for one case: a whole pack (mean over packs) and eight decision tables."""
    rows = {source.pack: source.population(200, nulls=0.05).to_dicts() for source in found}
    runs = {source.pack: source.program.case() for source in found}
    traced = {source.pack: source.program.traced() for source in found}
    rivals = [(Rival(source), source.population(1, nulls=0)) for source in found]
    loads = [(rival, rival.inputs(frame)) for rival, frame in rivals]
    mine, theirs, questions = ours(), zens(), cases(500)
    wrong = [facts for facts in questions if not _same(mine(facts), theirs(facts))]
    assert not wrong, wrong[:3]
    packs = len(found)
    return {
        "pack": _us(lambda: [runs[p](row) for p in rows for row in rows[p]], 200 * packs),
        "pack, with trace": _us(lambda: [traced[p](row) for p in rows for row in rows[p]], 200 * packs),
        "all packs, with trace": _us(lambda: [traced[p](row) for p in rows for row in rows[p]], 200),
        "openfisca, pack": _us(lambda: [r.calculate(r.load(inputs, 1)) for r, inputs in loads], packs),
        "tables": _us(lambda: [mine(facts) for facts in questions], len(questions)),
        "zen, tables": _us(lambda: [theirs(facts) for facts in questions], len(questions)),
    }


def _same(mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Equal amounts; where no row matches, ours is the table's default of nothing, theirs is absent."""
    return all((mine[f"t{n}"] or 0) == (theirs.get(f"t{n}") or 0) for n in range(TABLES))


def _us(run: Callable[[], object], count: int) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        run()
        taken.append((perf_counter() - begun) / count * 1e6)
    return median(taken)
