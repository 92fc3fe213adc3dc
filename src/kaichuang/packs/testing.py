"""Running the examples that a pack carries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaichuang.rules.measures import Entitlement, Rulebook, evaluate
from kaichuang.rules.measures.entitlement import status_of
from kaichuang.rules.measures.stacked import rules_of
from kaichuang.rules.measures.values import Value, parse_money, parse_ratio, parse_value, write_value
from kaichuang.rules.stacking import Award, best

from .loader import Pack
from .problems import Mark
from .schema.examples import BudgetTest, Case, MeasureTest, SheetTest, StackTest
from .sheets import fill


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example with what differed from what was expected (empty: passed)."""

    group: str
    name: str
    mark: Mark
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.differences


def run_tests(pack: Pack, book: Rulebook) -> Iterator[Outcome]:
    """Every example of the pack, in order."""
    for at, test in enumerate(pack.own.tests):
        mark = _mark(pack, at)
        match test:
            case MeasureTest():
                for case in (*test.cases, *table_cases(book, test)):
                    yield _run(
                        f"{test.measure} {case.name}",
                        test.measure,
                        mark,
                        lambda c=case, t=test: _measure(book, t, c),
                    )
            case BudgetTest():
                yield from _budget(pack, test, mark)
            case SheetTest():
                for case in test.cases:
                    yield _run(
                        f"{test.sheet} {case.name}",
                        test.sheet,
                        mark,
                        lambda c=case, t=test: _sheet(pack, book, t, c),
                    )
            case StackTest():
                yield _run(test.stack, "stacking", mark, lambda t=test: _stack(pack, book, t))


def _mark(pack: Pack, at: int) -> Mark:
    marks = [file.mark(path) for (section, _), (file, path) in pack.origins.items() if section == "tests"]
    return marks[at] if at < len(marks) else Mark(pack.id)


def _run(name: str, group: str, mark: Mark, test: Any) -> Outcome:
    try:
        differences = tuple(test())
    except (KeyError, ValueError, ArithmeticError) as error:
        differences = (f"{type(error).__name__}: {error}",)
    return Outcome(group, name, mark, differences)


def table_cases(book: Rulebook, test: MeasureTest) -> Iterator[Case]:
    """The rows of a test's compact form as cases."""
    if not test.table:
        return
    header, *rows = test.table
    split = header.index("=")
    for row in rows:
        given = dict(zip(header[:split], row[:split], strict=True))
        expected = dict(zip(header[split + 1 :], row[split + 1 :], strict=True))
        settings = {name: given.pop(name) for name in list(given) if name in set(book.setting_names)}
        as_of = given.pop("as_of", None)
        words = "、".join(f"{name}={value}" for name, value in zip(header[:split], row[:split], strict=True))
        case = Case(name=words, facts=given, readings=settings, expect=expected)
        yield case if as_of is None else case.model_copy(update={"as_of": parse_value(as_of, "date")})


def _day(test: MeasureTest, case: Case, facts: Mapping[str, Any]) -> dt.date:
    chosen = case.as_of or test.as_of or facts.get("application_date")
    if not isinstance(chosen, dt.date):
        raise ValueError("没有 as_of | as_of is missing")
    return chosen


def _measure(book: Rulebook, test: MeasureTest, case: Case) -> Iterator[str]:
    facts = book.parse_facts({**test.facts, **case.facts})
    settings = book.parse_settings({**test.readings, **test.parameters, **case.readings, **case.parameters})
    answer = evaluate(book, facts, as_of=_day(test, case, facts), measures=[test.measure], settings=settings)
    found = answer[test.measure]
    for name, expected in case.expect.items():
        got, wanted = _result(book, found, name, expected)
        if got != wanted:
            yield f"{name}: 应为 {_show(wanted)},得到 {_show(got)}"


def _result(book: Rulebook, found: Entitlement, name: str, expected: Any) -> tuple[Any, Any]:
    if name == "status":
        return found.status, expected
    if name in ("amount", "payable"):
        got = found.amount_fen if name == "amount" else found.payable_fen
        return _yuan(got), _yuan(None if expected is None else parse_money(expected))
    if name == "allowed":
        return found.allowed, expected
    if name == "missing":
        return sorted(missing.name for missing in found.missing), sorted(expected)
    if name == "budget":
        return found.budget, expected
    if name in {condition.id for condition in found.conditions}:
        return found.condition(name).status, status_of(expected) if not isinstance(
            expected, str
        ) else expected
    assert found.values is not None
    full = name if name in found.values else f"{book.plans[found.measure.id].symbol}.{name}"
    value: Value | None = found.values[full]
    kind = book.meanings[full].type if full in book.meanings else book.program.type_of(full).value.lower()
    return value, parse_value(expected, kind)  # type: ignore[arg-type]  # the same six words


def _yuan(fen: int | None) -> str | None:
    written = write_value(fen, "money")
    return None if written is None else f"{written} 元"


def _show(value: Any) -> str:
    return "未知" if value is None else str(value)


def _budget(pack: Pack, test: BudgetTest, mark: Mark) -> Iterator[Outcome]:
    budget = next(b for b in pack.all.budgets if b.id == test.budget)
    line = next(entry for entry in budget.lines if entry.id == test.line)
    for committed, new, expected in test.cases:
        total = parse_money(committed) + parse_money(new)
        got = "fits" if line.amount is None or total <= line.amount else budget.when_short
        differences = () if got == expected else (f"应为 {expected},得到 {got}",)
        yield Outcome(
            test.budget, f"{test.budget}/{test.line} 已用 {committed},新增 {new}", mark, differences
        )


def _sheet(pack: Pack, book: Rulebook, test: SheetTest, case: Case) -> Iterator[str]:
    sheet = next(s for s in pack.all.sheets if s.id == test.sheet)
    facts = book.parse_facts({**test.facts, **case.facts})
    settings = book.parse_settings({**test.parameters, **case.readings, **case.parameters})
    as_of = case.as_of or test.as_of
    card = fill(book, sheet, facts, as_of=as_of, settings=settings)
    points = {mark.item.id: mark.points for mark in card.marks}
    for name, expected in case.expect.items():
        got: Any = card.grade.id if name == "grade" and card.grade else None
        wanted: Any = expected
        if name == "total":
            got = card.total
        elif name in points:
            got = points[name]
        if name != "grade" and expected is not None:
            wanted = parse_ratio(expected)
        if got != wanted:
            yield f"{name}: 应为 {_show(wanted)},得到 {_show(got)}"


def _stack(pack: Pack, book: Rulebook, test: StackTest) -> Iterator[str]:
    awards = [
        Award(
            str(a["id"]), parse_money(a["amount"]), str(a.get("measure", "")), str(a.get("per", "")),
            frozenset(str(e) for e in a.get("evidence", ())),
        )
        for a in test.awards
    ]  # fmt: skip
    main = pack.main
    as_of = test.as_of or (main.validity.from_ if main else None)
    if as_of is None:
        raise ValueError("没有 as_of | as_of is missing")
    choice = best(awards, rules_of(book, book.case_facts({}, as_of=as_of)))
    got: dict[str, Any] = {
        "total": _yuan(choice.total_fen),
        "kept": sorted(kept.award.id for kept in choice.kept),
        "dropped": sorted(dropped.award.id for dropped in choice.dropped),
    }
    for name, expected in test.expect.items():
        wanted = _yuan(parse_money(expected)) if name == "total" else sorted(expected)
        if got[name] != wanted:
            yield f"{name}: 应为 {wanted},得到 {got[name]}"
