"""The amounts of a measure and the expressions in them, with their places."""

from __future__ import annotations

from collections.abc import Iterator

from kaichuang.rules.measures import Measure
from kaichuang.rules.measures.amounts import Amount, Parts
from kaichuang.rules.measures.facts import Expression

Path = tuple[str | int, ...]


def amounts(measure: Measure) -> Iterator[tuple[Amount, Path]]:
    """Every amount of a measure, parts included, with its path."""
    todo: list[tuple[Amount, Path]] = [(measure.amount, ("amount",))] if measure.amount else []
    while todo:
        amount, path = todo.pop()
        yield amount, path
        if isinstance(amount, Parts):
            todo += [(part, (*path, "parts", at)) for at, part in enumerate(amount.parts)]


def sources_of(measure: Measure) -> Iterator[tuple[Path, Expression]]:
    """Every expression in the amounts of a measure."""
    for amount, path in amounts(measure):
        plain = amount.model_dump(exclude={"kind", "parts", "say"}, by_alias=True)
        for key, value in plain.items():
            if isinstance(value, str):
                yield (*path, key), value
            for at, row in enumerate(value if isinstance(value, (list, tuple)) else ()):
                yield from (
                    ((*path, key, at, name), text)
                    for name, text in row.items()
                    if isinstance(text, str) and name != "is"
                )
