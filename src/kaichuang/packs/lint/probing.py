"""Expressions tried at every bound that they name: which can hold together, and which branch is ever taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import product

from kaichuang.rules.lang import Definition, Field, LanguageErrors, Program, Type
from kaichuang.rules.lang.errors import RulesError
from kaichuang.rules.lang.nodes import Const, Node, children
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.scope import names_of
from kaichuang.rules.measures.values import Value

MOST_TRIALS = 4000
"""With more combinations than this nothing is said: the answer would be a guess."""
Row = tuple[bool | None, ...]


def probe(book: Rulebook, conditions: Sequence[str]) -> list[Row] | None:
    """The answers of some conditions (full names) at every combination of values around the bounds that they name.

    None where there are too many combinations, or where a condition reads what cannot be tried value by value.
    """
    program, fields = _program(book, conditions)
    if program is None:
        return None
    numbers, dates = _bounds_named(program)
    choices: dict[str, list[Value]] = {}
    trials = 1
    for field in fields:
        values = _around(field, numbers, dates, _words(program))
        if values is None:
            return None
        choices[field.name] = values
        trials *= len(values)
        if trials > MOST_TRIALS:
            return None
    run, found = program.case(), []
    for combined in product(*choices.values()):
        try:
            answers = run(dict(zip(choices, combined, strict=True)))
        except RulesError:
            continue
        found.append(tuple(answers[f"probe{at}"] for at in range(len(conditions))))
    return found  # type: ignore[return-value]  # conditions answer true, false or unknown


def _program(book: Rulebook, conditions: Sequence[str]) -> tuple[Program | None, list[Field]]:
    program = book.program
    names = {name for text in conditions for name in _behind(book, text)}
    fields, figures, helpers = [], [], []
    for name in sorted(names):
        if name in program.parameters:
            figures.append(program.parameters[name])
        elif name in program.fields:
            fields.append(program.fields[name])
        elif name in program.compiled:
            helpers.append(Definition(name, program.source_of(name), program.type_of(name)))
        else:
            return None, []
    probes = [Definition(f"probe{at}", text, Type.BOOL) for at, text in enumerate(conditions)]
    try:
        return Program.build(fields, figures, [*helpers, *probes]), fields
    except LanguageErrors:
        return None, []


def _behind(book: Rulebook, text: str) -> set[str]:
    found: set[str] = set()
    todo = list(names_of(text))
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            if name in book.program.compiled:
                todo += book.program.uses(name)
    return found


def _nodes(program: Program) -> Iterator[Node]:
    todo = [program.compiled[name].node for name in program.order]
    while todo:
        node = todo.pop()
        yield node
        todo += children(node)


def _bounds_named(program: Program) -> tuple[set[int], set[dt.date]]:
    values = [node.value for node in _nodes(program) if isinstance(node, Const)]
    values += [parameter.value for parameter in program.parameters.values()]  # type: ignore[misc]  # plain values
    numbers = {value for value in values if isinstance(value, int) and not isinstance(value, bool)}
    return numbers, {value for value in values if isinstance(value, dt.date)}


def _words(program: Program) -> set[str]:
    return {node.value for node in _nodes(program) if isinstance(node, Const) and isinstance(node.value, str)}


def _around(field: Field, numbers: set[int], dates: set[dt.date], words: set[str]) -> list[Value] | None:
    """Values just below, at and just above every bound; nothing for what cannot be tried so."""
    match field.type:
        case Type.BOOL:
            return [True, False]
        case Type.TEXT:
            return list(field.values) if field.values else [*sorted(words), "\u3000"]
        case Type.INT | Type.MONEY:
            low, high = field.bounds
            near = {value + step for value in numbers for step in (-1, 0, 1)} | {low, high}
            return sorted(value for value in near if low <= value <= high)
        case Type.DATE:
            day = dt.timedelta(days=1)
            near_days = {value + step * day for value in dates for step in (-1, 0, 1)}
            return sorted(near_days) or None
    return None
