"""Readings: without an answer by default, or without any effect."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Doubt, Lint


def without_default(lint: Lint) -> Iterator[Doubt]:
    """Open questions that nobody answered."""
    for reading in lint.pack.own.readings:
        if reading.default is None:
            zh, en = f"解读“{reading.question.zh}”没有默认答案", f"{reading.id} has no default"
            yield Doubt(
                "no-default", ("readings", reading.id, ()), zh, en, "写 default 和 reason | answer it"
            )


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
