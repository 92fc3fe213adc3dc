"""Building a program: names, order, types, and all problems at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from sqlglot import exp

from kaichuang.rules.lang import admission, ratios
from kaichuang.rules.lang.admission import slots_of
from kaichuang.rules.lang.agreement import as_type, common_unit
from kaichuang.rules.lang.elaborate import Elaborator
from kaichuang.rules.lang.errors import LanguageErrors, Problem, Wrong, problem
from kaichuang.rules.lang.nodes import Const, Kind, Node, Ratio, Ref
from kaichuang.rules.lang.program import Compiled, Program
from kaichuang.rules.lang.syntax import SyntaxProblem, names_in, parse
from kaichuang.rules.lang.types import Definition, Field, Parameter, Type


def build(
    fields: tuple[Field, ...], parameters: tuple[Parameter, ...], definitions: tuple[Definition, ...]
) -> Program:
    """A checked program; raises ``LanguageErrors`` with every problem."""
    problems = _duplicates(fields, parameters, definitions)
    problems += _bad_parameters(parameters)
    trees = _parse_all(definitions, problems)
    uses = {name: names_in(tree) for name, tree in trees.items()}
    levels = _levels(uses, problems)
    scope: dict[str, Node | None] = dict.fromkeys(d.name for d in definitions)
    scope |= {field.name: _declared(field, Kind.FIELD) for field in fields}
    scope |= {parameter.name: _declared(parameter, Kind.PARAMETER) for parameter in parameters}
    compiled = _check_all(definitions, trees, levels, scope, problems)
    if problems:
        raise LanguageErrors(problems)
    program = Program({f.name: f for f in fields}, {p.name: p for p in parameters}, compiled, levels)
    program.prove()
    return program


def _declared(declared: Field | Parameter, kind: Kind) -> Node:
    words = frozenset(declared.values) if declared.values is not None else None
    return _reference(declared.name, declared.type, kind, declared.unit, words)


def _duplicates(*groups: tuple[Field | Parameter | Definition, ...]) -> list[Problem]:
    counts = Counter(declared.name for group in groups for declared in group)
    return [problem("duplicate", name, name=name) for name, count in counts.items() if count > 1]


def _bad_parameters(parameters: tuple[Parameter, ...]) -> list[Problem]:
    found: list[Problem] = []
    for parameter in parameters:
        try:
            admission.admit(admission.as_field(parameter), parameter.value)
        except Wrong as wrong:
            found.append(wrong.at(parameter.name))
    return found


def _parse_all(definitions: tuple[Definition, ...], problems: list[Problem]) -> dict[str, exp.Expression]:
    trees: dict[str, exp.Expression] = {}
    for definition in definitions:
        try:
            trees[definition.name] = parse(definition.name, definition.source)
        except SyntaxProblem as found:
            problems.append(found.problem)
    return trees


def _levels(uses: Mapping[str, set[str]], problems: list[Problem]) -> tuple[tuple[str, ...], ...]:
    """Definitions grouped so that each level needs only the ones before; within a level in declaration order.

    Every circle is reported; its members are left out, so that the rest can still be checked.
    """
    graph = {name: [used for used in names if used in uses] for name, names in uses.items()}
    while True:
        sorter = TopologicalSorter(graph)
        try:
            sorter.prepare()
            break
        except CycleError as error:
            path: list[str] = error.args[1]
            problems.append(problem("cycle", path[0], path=" → ".join(reversed(path))))
            graph = {
                name: [u for u in used if u not in path] for name, used in graph.items() if name not in path
            }
    return _grouped(sorter, {name: index for index, name in enumerate(uses)})


def _grouped(sorter: TopologicalSorter[str], place: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    levels: list[tuple[str, ...]] = []
    while sorter.is_active():
        ready = sorter.get_ready()
        sorter.done(*ready)
        levels.append(tuple(sorted(ready, key=place.__getitem__)))
    return tuple(levels)


def _check_all(
    definitions: tuple[Definition, ...],
    trees: Mapping[str, exp.Expression],
    levels: tuple[tuple[str, ...], ...],
    scope: dict[str, Node | None],
    problems: list[Problem],
) -> dict[str, Compiled]:
    by_name = {definition.name: definition for definition in definitions}
    compiled: dict[str, Compiled] = {}
    for name in (name for level in levels for name in level):
        checked = _check(by_name[name], trees[name], scope, problems)
        if checked is not None:
            compiled[name] = checked
            scope[name] = _answer(checked)
    return compiled


def _check(
    definition: Definition,
    tree: exp.Expression,
    scope: Mapping[str, Node | None],
    problems: list[Problem],
) -> Compiled | None:
    elaborator = Elaborator(definition.name, definition.source, scope, problems)
    node = elaborator.visit(tree)
    if node is None:
        return None
    try:
        node = as_type(node, definition.type, what=definition.name) if definition.type else node
        if node.type is None:
            raise Wrong("untyped")
        if definition.unit and node.unit:
            common_unit([node, null_of_unit(definition.unit)])
    except Wrong as wrong:
        elaborator.report(wrong, None)
        return None
    uses = frozenset(names_in(tree))
    slots = _slots(definition.name, node)
    return Compiled(definition, node.type, node, slots, tuple(elaborator.steps), uses)


def null_of_unit(unit: str) -> Node:
    """An unknown that has only a unit."""
    return Const(None, None, unit=unit)


def _slots(name: str, node: Node) -> tuple[tuple[str, Node], ...]:
    assert node.type is not None
    parts = ratios.split(node) if node.type is Type.RATIO else (node,)
    return tuple(zip(slots_of(name, node.type), parts, strict=True))


def _answer(checked: Compiled) -> Node:
    """What a reference to a checked definition stands for."""
    name, unit = checked.definition.name, checked.definition.unit or checked.node.unit
    reference = _reference(name, checked.type, Kind.DEFINITION, unit, checked.node.vocabulary)
    if isinstance(reference, Ratio) and isinstance(checked.slots[1][1], Const):
        return Ratio(Type.RATIO, reference.num, checked.slots[1][1])
    return reference


def _reference(
    name: str, type_: Type, kind: Kind, unit: str | None, vocabulary: frozenset[str] | None
) -> Node:
    if type_ is Type.RATIO:
        num, den = (Ref(Type.INT, slot, kind) for slot in slots_of(name, type_))
        return Ratio(Type.RATIO, num, den)
    return Ref(type_, name, kind, unit=unit, vocabulary=vocabulary)
