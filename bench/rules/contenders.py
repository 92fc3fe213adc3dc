"""The ways to run all packs over a population, and how far their answers differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from bench.rules.loop import Loop
from bench.rules.openfisca import Rival
from bench.rules.sources import Source
from kaichuang.rules.lang import Type

_kept: dict[str, Loop] = {}


def contenders(found: list[Source], rows: int, nulls: float) -> dict[str, Callable[[], object]]:
    """Each runs every pack over its population of `rows` enterprises and materialises every answer."""
    frames = {source.pack: source.population(rows, nulls=nulls) for source in found}
    lazies = {pack: frame.lazy() for pack, frame in frames.items()}
    loops = {source.pack: _kept.setdefault(source.pack, Loop(source)) for source in found}
    arrays = {pack: loop.load(frames[pack]) for pack, loop in loops.items()}
    rivals = {source.pack: Rival(source) for source in found}
    inputs = {source.pack: rivals[source.pack].inputs(source.population(rows, nulls=0)) for source in found}
    sessions = {
        source.pack: source.program.incremental(frames[source.pack], trusted=True) for source in found
    }
    moves = {source.pack: move for source in found if (move := _move(source))}
    widest = max(moves, key=lambda pack: moves[pack][2])

    def ours(trusted: bool) -> Callable[[], object]:
        def run() -> object:
            return [
                source.program.frame(lazies[source.pack], trusted=trusted)
                .select(source.program.order)
                .collect(engine="streaming")
                for source in found
            ]

        return run

    def loop() -> object:
        return [loops[source.pack].run(arrays[source.pack], rows) for source in found]

    def openfisca() -> object:
        return [
            rivals[source.pack].calculate(rivals[source.pack].load(inputs[source.pack], rows))
            for source in found
        ]

    def what_if(packs: list[str]) -> Callable[[], object]:
        def run() -> None:
            for pack in packs:
                name, values, _ = moves[pack]
                sessions[pack].set({name: values[0]})
                values.reverse()

        return run

    return {
        "ours": ours(True),
        "ours, columns checked": ours(False),
        "loop": loop,
        "openfisca": openfisca,
        "what-if": what_if([widest]),
        "what-if in every pack": what_if(list(moves)),
    }


def _move(source: Source) -> tuple[str, list[Any], int] | None:
    """One ceiling moved by a yuan and back: the amount on which most definitions hang, and how many those are."""
    amounts = [name for name, parameter in source.program.parameters.items() if parameter.type is Type.MONEY]
    if not amounts:
        return None
    name = max(amounts, key=lambda one: len(source.program.affected_by(one)))
    value = source.program.parameters[name].value
    assert isinstance(value, int)
    return name, [value + 100, value], len(source.program.affected_by(name))


def differences(found: list[Source], rows: int) -> dict[str, tuple[int, int]]:
    """Cells that differ from ours: of the loop (with unknowns), and of OpenFisca by a fen or more (without)."""
    loop_cells = loop_wrong = fisca_cells = fisca_wrong = 0
    for source in found:
        frame = source.population(rows, nulls=0.05)
        mine = source.program.frame(frame.lazy(), trusted=True).select(source.program.order).collect()
        made = _kept.setdefault(source.pack, Loop(source))
        cells, wrong = _against_loop(source, mine, made.run(made.load(frame), rows))
        loop_cells, loop_wrong = loop_cells + cells, loop_wrong + wrong
        plain = source.population(rows, nulls=0)
        mine = source.program.frame(plain.lazy(), trusted=True).select(source.program.order).collect()
        rival = Rival(source)
        theirs = rival.calculate(rival.load(rival.inputs(plain), rows))
        cells, wrong = _against_openfisca(source, mine, theirs)
        fisca_cells, fisca_wrong = fisca_cells + cells, fisca_wrong + wrong
    return {"loop": (loop_wrong, loop_cells), "openfisca": (fisca_wrong, fisca_cells)}


def _plain(column: pl.Series) -> np.ndarray[Any, Any] | None:
    if column.dtype == pl.Date:
        return column.cast(pl.Int32).fill_null(0).to_numpy()
    if column.dtype == pl.Boolean:
        return column.fill_null(False).to_numpy()
    return column.fill_null(0).to_numpy() if column.dtype.is_integer() else None


def _against_loop(source: Source, mine: pl.DataFrame, theirs: list[np.ndarray[Any, Any]]) -> tuple[int, int]:
    slots = list(source.plan.nodes)
    nullable = [slot for slot in slots if source.plan.slot_nullable[slot]]
    cells = wrong = 0
    for place, slot in enumerate(slots):
        values = _plain(mine[slot]) if slot in mine.columns else None
        if values is None:
            continue
        known = mine[slot].is_not_null().to_numpy()
        if slot in nullable:
            wrong += int((theirs[len(slots) + nullable.index(slot)] != known).sum())
        wrong += int((values[known] != theirs[place][known]).sum())
        cells += len(values)
    return cells, wrong


def _against_openfisca(
    source: Source, mine: pl.DataFrame, theirs: dict[str, np.ndarray[Any, Any]]
) -> tuple[int, int]:
    """Amounts of money only, where ours is known: the fen that OpenFisca's number rounds to, beside ours."""
    cells = wrong = 0
    for slot, values in theirs.items():
        if slot not in mine.columns or source.program.type_of(slot) is not Type.MONEY:
            continue
        known = mine[slot].is_not_null().to_numpy()
        fen = np.rint(np.asarray(values, np.float64) * 100).astype(np.int64)
        wrong += int((fen[known] != mine[slot].fill_null(0).to_numpy()[known]).sum())
        cells += int(known.sum())
    return cells, wrong
