"""One case: a program compiled to one Python function over local variables.

The function reads each fact once, refuses what does not fit, computes every definition in order, and returns a
dictionary.  With a recorder it also keeps the value of every visible step, for the trace.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from kaichuang.rules.lang import calendar
from kaichuang.rules.lang.admission import PYTHON_TYPES, slots_of, spread
from kaichuang.rules.lang.analysis import Analysis
from kaichuang.rules.lang.errors import OutOfRange, problem
from kaichuang.rules.lang.nodes import Node
from kaichuang.rules.lang.pycode import Writer
from kaichuang.rules.lang.types import INT64_LIMIT, Field, Type, Value

if TYPE_CHECKING:
    from kaichuang.rules.lang.program import Answers, Program

Facts = Mapping[str, object]


@lru_cache(maxsize=256)
def compile_case(program: Program, outputs: tuple[str, ...]) -> Callable[..., Answers]:
    """A function ``run(facts, parameters=None)`` that answers the outputs for one case."""
    run = build_function(program, outputs)[0]

    def case(facts: Facts, parameters: Facts | None = None) -> Answers:
        answers: Answers = run(facts, program.bind(parameters))
        return answers

    case.__doc__ = "Answer one case; raises FactErrors or OutOfRange."
    return case


def build_function(
    program: Program,
    outputs: tuple[str, ...],
    recorded: frozenset[Node] | None = None,
    skipped: object = None,
) -> tuple[Callable[..., Any], Writer]:
    """The generated function, and the writer that knows which local holds which recorded node."""
    analysis = Analysis(program, None)
    writer = Writer(analysis, recorded or frozenset())
    body = _admission(program, outputs, writer)
    for name in program.needed_for(outputs):
        body += _definition(program, name, writer, analysis)
    prologue = writer.prologue()
    answers = ", ".join(f"{name!r}: {_answer(program, name, writer)}" for name in outputs)
    record = "" if recorded is None else f", {writer.record()}"
    lines = [
        "def run(facts, parameters):",
        "get = facts.get",
        *prologue,
        *body,
        f"return {{{answers}}}{record}",
    ]
    namespace = _namespace(program, outputs, writer) | {"skipped": skipped}
    exec(compile("\n ".join(lines), "<rules>", "exec"), namespace)  # noqa: S102 - our own generated text
    run: Callable[..., Any] = namespace["run"]
    return run, writer


def _admission(program: Program, outputs: tuple[str, ...], writer: Writer) -> list[str]:
    lines: list[str] = []
    for field in program.fields_of(outputs):
        lines += _read(field, writer)
    used = {name for output in program.needed_for(outputs) for name in program.compiled[output].uses}
    for name, parameter in program.parameters.items():
        if name in used:
            lines += [
                f"{writer.local(slot)} = parameters[{slot!r}]" for slot in slots_of(name, parameter.type)
            ]
    return lines


def _read(field: Field, writer: Writer) -> list[str]:
    """Read one fact: accept what is plainly right at once, and hand anything else to the door."""
    if field.type is Type.RATIO:
        num, den = (writer.local(slot) for slot in slots_of(field.name, field.type))
        return [f"{num}, {den} = admit_ratio({field.name!r}, get({field.name!r}), facts)"]
    local = writer.local(field.name)
    return [
        f"{local} = get({field.name!r})",
        f"if {_doubt(field, local, writer)}: {local} = admit({field.name!r}, {local}, facts)",
    ]


def _doubt(field: Field, local: str, writer: Writer) -> str:
    kind = PYTHON_TYPES[field.type].__name__
    doubt = f"{local}.__class__ is not {kind}"
    if field.type.is_number:
        low, high = field.bounds
        doubt += f" or not {low} <= {local} <= {high}"
    elif field.type is Type.DATE:
        first, last = (writer.constant(dt.date.fromordinal(bound)) for bound in field.bounds)
        doubt += f" or not {first} <= {local} <= {last}"
    elif field.type is Type.TEXT and field.values is not None:
        doubt += f" or {local} not in {writer.constant(frozenset(field.values))}"
    return doubt


def _definition(program: Program, name: str, writer: Writer, analysis: Analysis) -> list[str]:
    lines: list[str] = []
    for slot, node in program.compiled[name].slots:
        local = writer.local(slot)
        lines.append(f"{local} = {writer.expression(node)}")
        if node.type is not None and node.type.is_number and analysis.guarded(node):
            known = f"{local} is not None and " if analysis.nullable(node) else ""
            lines.append(f"if {known}not {-INT64_LIMIT} <= {local} <= {INT64_LIMIT}: too_large({name!r})")
    return lines


def _answer(program: Program, name: str, writer: Writer) -> str:
    type_ = program.compiled[name].type
    locals_ = [writer.local(slot) for slot in slots_of(name, type_)]
    return f"fraction({', '.join(locals_)})" if type_ is Type.RATIO else locals_[0]


def _namespace(program: Program, outputs: tuple[str, ...], writer: Writer) -> dict[str, Any]:
    def admit(name: str, value: object, facts: Facts) -> Value:
        if value is None and program.fields[name].nullable:
            return None
        return program.check(facts, outputs)[name]

    def admit_ratio(name: str, value: object, facts: Facts) -> tuple[Value, Value]:
        if value is None and program.fields[name].nullable:
            return None, None
        num, den = spread(name, Type.RATIO, program.check(facts, outputs)[name]).values()
        return num, den

    return {
        "admit": admit,
        "admit_ratio": admit_ratio,
        "too_large": too_large,
        "fraction": fraction,
        "date": dt.date,
        "add_days": calendar.add_days,
        "add_months": calendar.add_months,
        "days_between": calendar.days_between,
        "months_between": calendar.months_between,
        "full_months": calendar.full_months,
        "date_from": calendar.date_from,
        "share": calendar.share,
        **writer.constants,
    }


def too_large(name: str) -> NoReturn:
    """Refuse a result that does not fit 64 bits."""
    raise OutOfRange([problem("too_large", name, name=name)])


def fraction(num: int | None, den: int | None) -> Fraction | None:
    """The ratio held in two slots."""
    return None if num is None or den is None else Fraction(num, den)
