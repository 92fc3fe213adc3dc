"""Figures: not as the outline has them, written into expressions, declared and never used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from kaichuang.rules.measures import Measure
from kaichuang.rules.measures.model import Parameter
from kaichuang.rules.measures.scope import names_of
from kaichuang.rules.measures.values import parse_money, parse_ratio, show_money, show_ratio

from .context import Doubt, Lint
from .sources import amounts

BARE = re.compile(r"\b(?:yuan|wan|fen|pct)\(\s*[\d.]+\s*\)")


def contradicting(lint: Lint) -> Iterator[Doubt]:
    """Figures that the outline of their own clause does not state, where it states figures of that sort."""
    stated = _stated(lint)
    for measure in lint.measures:
        for name, figure in measure.parameters.items():
            values = stated.get(figure.clause, {}).get(figure.type, set())
            if figure.value is None or not values or figure.parsed in values:
                continue
            shown = "、".join(sorted(_show(value, figure.type) for value in values))
            zh, en = (
                f"“{name}”与条款 {figure.clause} 所列数值({shown})不一致",
                f"{figure.clause} states {shown}",
            )
            yield Doubt("contradiction", ("measures", measure.id, ("parameters", name)), zh, en)


def _show(value: Any, type_: str) -> str:
    return show_money(value) if type_ == "money" else show_ratio(value) if type_ == "ratio" else str(value)


def _stated(lint: Lint) -> dict[str, dict[str, set[Any]]]:
    """The amounts and ratios of each clause's outline."""
    found: dict[str, dict[str, set[Any]]] = {}
    for document in lint.pack.all.documents:
        for entry in document.outline:
            kinds = found.setdefault(f"{document.id} {entry.ref}", {})
            for figure in entry.figures:
                for type_, value in _readings(figure.value, figure.unit):
                    kinds.setdefault(type_, set()).add(value)
    return found


def _readings(value: str, unit: str) -> Iterator[tuple[str, int | Fraction]]:
    try:
        if value.endswith("%") or unit == "%":
            yield "ratio", parse_ratio(value if value.endswith("%") else f"{value}%")
        elif unit.endswith("元") or value.endswith(("元", "万", "亿")):
            yield "money", parse_money(f"{value}{unit}".removesuffix("元"))
    except ValueError:
        return


def bare_numbers(lint: Lint) -> Iterator[Doubt]:
    """Amounts and ratios written into expressions, where nobody can cite or change them."""
    for measure in lint.measures:
        for path, source in _sources(measure):
            found = BARE.search(source)
            if found:
                zh, en = f"表达式中直接写了数值 {found[0]}", f"the figure {found[0]} stands in an expression"
                hint = "移到 parameters 并注明条款 | make it a parameter with its clause"
                yield Doubt("bare", ("measures", measure.id, path), zh, en, hint)


def _sources(measure: Measure) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for at, condition in enumerate(measure.conditions):
        yield ("conditions", at, "test"), condition.test
    for name, let in measure.let.items():
        yield ("let", name, "value"), let.value
    for at, outcome in enumerate(measure.outcomes):
        yield ("outcomes", at, "value"), outcome.value
    for at, cap in enumerate(measure.caps):
        yield ("caps", at, "limit"), cap.limit
    for amount, path in amounts(measure):
        for key, value in amount.model_dump(exclude={"kind", "parts", "say"}, by_alias=True).items():
            yield (*path, key), str(value)


def unused(lint: Lint) -> Iterator[Doubt]:
    """Figures and facts of the pack that nothing reads."""
    program = lint.book.program
    read = {name for definition in program.order for name in program.uses(definition)}
    read |= {
        name for stage in lint.book.compiled.stages for name in (*stage.case_facts, *stage.program.parameters)
    }
    for measure in lint.measures:
        symbol = lint.book.plans[measure.id].symbol
        for name in measure.parameters:
            if f"{symbol}.{name}" not in read:
                zh, en = f"参数“{name}”没有用到", f"nothing uses the parameter “{name}”"
                yield Doubt("unused", ("measures", measure.id, ("parameters", name)), zh, en)
    shared: dict[str, Parameter] = lint.pack.own.parameters
    for name in shared:
        if name not in read:
            zh, en = f"参数“{name}”没有用到", f"nothing uses the parameter “{name}”"
            yield Doubt("unused", ("parameters", name, ()), zh, en)
    named = {name for m in lint.measures for name in _named(m)} | {s.fact for s in lint.pack.own.schemes}
    for fact in lint.pack.own.facts:
        if fact.code not in read and fact.code not in named and not _in_forms(lint, fact.code):
            zh, en = f"事实“{fact.title.zh}”没有用到", f"nothing uses the fact {fact.code}"
            yield Doubt("unused", ("facts", fact.code, ()), zh, en)


def _named(measure: Measure) -> Iterator[str]:
    yield measure.on
    for use in measure.uses:
        yield from names_of(use.when or "")


def _in_forms(lint: Lint, code: str) -> bool:
    return any(f'"{code}"' in form.model_dump_json() for form in lint.pack.own.forms)
