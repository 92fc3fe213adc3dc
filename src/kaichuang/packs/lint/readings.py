"""Readings without any effect. (That each has an answer by default is checked when the pack is read.)"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Doubt, Lint


def idle(lint: Lint) -> Iterator[Doubt]:
    """Questions with several answers between which no rule decides."""
    program = lint.book.program
    read = {name for definition in program.order for name in program.uses(definition)}
    read |= {name for stage in lint.book.compiled.stages for name in stage.program.parameters}
    for reading in lint.pack.own.readings:
        if reading.name not in read and len(reading.choices) != 1:
            zh, en = f"解读“{reading.id}”换成别的答案也不影响任何规则", f"no rule depends on {reading.id}"
            hint = "在规则中引用，或列入 accepted | use it in a rule, or accept it"
            yield Doubt("idle", ("readings", reading.id, ()), zh, en, hint)
