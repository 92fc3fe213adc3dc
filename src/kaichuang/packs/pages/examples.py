"""Worked examples for a page: the pack's own cases, with results computed from the rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaichuang.rules.measures import Entitlement, Rulebook, Settings, evaluate

from ..loader import Pack
from ..schema.examples import Case, MeasureTest
from ..testing import table_cases
from .words import Words

MOST = {"met": 3, "not_met": 1, "unknown": 1}


@dataclass(frozen=True, slots=True)
class Example:
    """One case in words and what comes out of it."""

    given: tuple[str, ...]
    steps: tuple[str, ...]
    result: str


def examples(pack: Pack, book: Rulebook, words: Words, settings: Settings | None) -> tuple[Example, ...]:
    """A few cases that differ in what comes out: some that are met, one that is not, one that is not known yet."""
    left = dict(MOST)
    seen: set[tuple[str, int | None]] = set()
    found: list[Example] = []
    for test, case in _cases(pack, book, words.measure.id):
        answer = _ask(book, test, case, settings)
        if answer is None:
            continue
        kind = (answer.status, answer.payable_fen)
        if kind in seen or not left[answer.status]:
            continue
        seen.add(kind)
        left[answer.status] -= 1
        found.append(_example(book, words, test, case, answer))
    return tuple(found)


def _cases(pack: Pack, book: Rulebook, measure: str) -> Iterator[tuple[MeasureTest, Case]]:
    for test in pack.own.tests:
        if isinstance(test, MeasureTest) and test.measure == measure:
            for case in (*test.cases, *table_cases(book, test)):
                if not case.readings and not case.parameters and not test.readings and not test.parameters:
                    yield test, case


def _ask(book: Rulebook, test: MeasureTest, case: Case, settings: Settings | None) -> Entitlement | None:
    facts = book.parse_facts({**test.facts, **case.facts})
    day = case.as_of or test.as_of or facts.get("application_date")
    if not isinstance(day, dt.date):
        return None
    return evaluate(book, facts, as_of=day, measures=[test.measure], settings=settings)[test.measure]


def _example(book: Rulebook, words: Words, test: MeasureTest, case: Case, answer: Entitlement) -> Example:
    told = {**test.facts, **case.facts}
    told = {name: value for name, value in told.items() if name not in book.usages or value}
    given = tuple(_given(book, words, name, answer.values, told[name]) for name in told)
    steps = tuple(step.message.get(words.language) for step in answer.steps if step.kind != "payable")
    shown = steps if answer.status == "met" and answer.payable_fen is not None else ()
    return Example(given, shown, answer.sentence.get(words.language))


def _given(book: Rulebook, words: Words, name: str, values: Mapping[str, Any], written: Any) -> str:
    colon = words.pick("：", ": ")
    if name not in book.collections:
        return f"{words.name(name)}{colon}{words.value(name, values.get(name))}"
    collection = book.collections[name]
    title = collection.title.get(words.language)
    if not written:
        nothing = words.pick("未提供", "not given") if written is None else words.pick("无", "none")
        return f"{title}{colon}{nothing}"
    rows = "; ".join(_row(words, collection.columns, row) for row in written)
    return f"{title}{colon}{rows}"


def _row(words: Words, columns: Any, row: Mapping[str, Any]) -> str:
    from kaichuang.rules.measures.entitlement import show_value
    from kaichuang.rules.measures.values import parse_value

    cells = []
    for column in columns:
        if column.code in row:
            value = parse_value(row[column.code], column.type)
            known = column.values.get(value) if isinstance(value, str) else None
            shown = (
                known.get(words.language)
                if known
                else show_value(value, column.type, column.unit, words.language)
            )
            cells.append(f"{column.title.get(words.language)} {shown}")
    return words.pick("，", ", ").join(cells)
