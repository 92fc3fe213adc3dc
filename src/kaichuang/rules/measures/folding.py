"""What an expression comes to once the figures and readings in force are put in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kaichuang.rules.lang import Definition, Field, LanguageErrors, Program
from kaichuang.rules.lang.nodes import Const, Ref
from kaichuang.rules.lang.plan import plan_for

from .book import Rulebook, Settings
from .model import Measure
from .scope import names_of, qualify, symbol
from .values import Value


@dataclass(frozen=True, slots=True)
class Folded:
    """A value, or the name that it comes down to, or neither where it depends on the case."""

    value: Value | None = None
    name: str | None = None


def qualified(measure: Measure, source: str) -> str:
    """An expression of a measure with full names."""
    own = symbol(measure.id)
    parts = [*measure.parameters, *measure.let, *(total.code for total in measure.totals)]
    parts += [*(c.id for c in measure.conditions), *(o.id for o in measure.outcomes)]
    names = {name: f"{own}.{name}" for name in (*parts, "amount", "payable", "eligible", "in_force")}
    return qualify(source, {**names, "reference_date": measure.on}).text.strip()


def fold(book: Rulebook, text: str, settings: Settings | None = None) -> Folded:
    """What an expression with full names comes to."""
    overrides, opened = book.split_settings(settings)
    program, fields, figures = book.program, [], []
    helpers: list[Definition] = []
    for name in sorted(_read(book, text)):
        if name in program.parameters:
            figures.append(program.parameters[name])
        elif name in program.compiled and not program.depends_on(name) & program.fields.keys():
            helpers.append(Definition(name, program.source_of(name)))
        elif name in program.compiled or name in program.fields:
            fields.append(Field(name, program.type_of(name)))
    try:
        small = Program.build(fields, figures, [*helpers, Definition("folded", text)])
    except LanguageErrors:
        return Folded()
    known = {name: value for name, value in overrides.items() if name in small.parameters}
    nodes = [plan_for(small, known).nodes[slot] for slot, _ in small.compiled["folded"].slots]
    if all(isinstance(node, Const) for node in nodes):
        values = [node.value for node in nodes if isinstance(node, Const)]
        if len(values) == 2:
            num, den = values
            exact = isinstance(num, int) and isinstance(den, int)
            return Folded(Fraction(num, den) if exact else None)  # type: ignore[arg-type]  # both are integers here
        return Folded(values[0])
    if not isinstance(nodes[0], Ref):
        return Folded()
    only = nodes[0].name.removesuffix("#num")
    return Folded(opened[only]) if only in opened else Folded(name=only)


def _read(book: Rulebook, text: str) -> set[str]:
    """The names that an expression reads, those behind definitions that need no fact included."""
    program, found = book.program, set[str]()
    todo = list(names_of(text))
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        if name in program.compiled and not program.depends_on(name) & program.fields.keys():
            todo += program.uses(name)
    return found
