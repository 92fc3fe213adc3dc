"""One case against measures: entitlements with every condition and step explained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from .book import CaseFacts, Rulebook, Settings
from .entitlement import (
    ConditionResult,
    Entitlement,
    Found,
    OutcomeResult,
    StepResult,
    show_value,
    status_of,
)
from .missing import missing_facts
from .plan import Check, MeasurePlan
from .scope import symbol
from .sentences import condition_message, in_force_message, room_result, show, step_result
from .values import Text, Value, show_money

Values = Mapping[str, Value | None]


def evaluate(
    book: Rulebook,
    facts: Mapping[str, Any],
    *,
    as_of: dt.date,
    measures: Iterable[str] | None = None,
    settings: Settings | None = None,
    near: bool = False,
) -> dict[str, Entitlement]:
    """What a case is entitled to, by measure id.

    ``facts`` are in the program's own values (money in fen, rows as lists of mappings); ``as_of`` is the day on which
    the question is asked. ``near`` also looks for near misses. Raises ``KeyError`` for an unknown measure or setting,
    ``FactErrors`` for facts of the wrong type.
    """
    case = book.case_facts(facts, as_of=as_of, settings=settings)
    ids = tuple(book.plans) if measures is None else tuple(measures)
    plans = [book.plans[id_] for id_ in ids]
    outputs = tuple(dict.fromkeys(name for plan in plans for name in _names(book, plan)))
    values = {
        **case.values,
        **_parameters(book, settings),
        **book.values(case, settings=settings, outputs=outputs),
    }
    found = {plan.measure.id: _entitlement(book, plan, case, values, settings) for plan in plans}
    if near:
        from .nearmiss import with_near_misses

        found = with_near_misses(book, found, case, settings)
    return found


def _names(book: Rulebook, plan: MeasurePlan) -> tuple[str, ...]:
    own = tuple(name for name in book.program.order if name.startswith(f"{plan.symbol}."))
    starts = f"{symbol(plan.measure.clause.split()[0])}.starts"
    return (*plan.names, *own, *((starts,) if starts in book.program.compiled else ()))


def _parameters(book: Rulebook, settings: Settings | None) -> dict[str, Value | None]:
    values: dict[str, Any] = {name: parameter.value for name, parameter in book.program.parameters.items()}
    return values | book.split_settings(settings)[0]


def _entitlement(
    book: Rulebook, plan: MeasurePlan, case: CaseFacts, values: Values, settings: Settings | None
) -> Entitlement:
    measure = plan.measure
    conditions = (_in_force(book, plan, values), *(_condition(book, c, case, values) for c in plan.checks))
    steps: list[StepResult] = []
    if plan.amount:
        steps = [step_result(book, step, values) for step in plan.steps]
        steps += [room_result(book, room, values) for room in plan.rooms]
    payable = values.get(plan.payable) if plan.payable else None
    by_agreement = bool(plan.agreement and values.get(plan.agreement))
    if isinstance(payable, int) and plan.payable:
        words = Text(zh=f"可发放 {show_money(payable)} 元", en=f"payable {show_money(payable)} yuan")
        steps.append(StepResult(plan.payable, "payable", payable, words))
    unset = tuple(name for name in measure.unpriced if case.values.get(f"{plan.symbol}.{name}") is None)
    return Entitlement(
        measure=measure,
        status=status_of(values[plan.eligible]),
        conditions=conditions,
        steps=tuple(steps),
        amount_fen=_fen(values, plan.amount),
        payable_fen=_fen(values, plan.payable),
        allowed=_truth(values, plan.allowed),
        by_agreement=by_agreement,
        outcomes=tuple(_outcome(book, plan, values, o.id) for o in measure.outcomes),
        missing=missing_facts(book, plan, case, values[plan.eligible], settings),
        assumed=tuple(name for name in case.assumed if name in _reads(book, plan)),
        unset=unset,
        budget=str(values[plan.budget]) if plan.budget and values.get(plan.budget) else None,
        values=values,
    )


def _fen(values: Values, name: str | None) -> int | None:
    value = values.get(name) if name else None
    return value if isinstance(value, int) else None


def _truth(values: Values, name: str | None) -> bool | None:
    value = values.get(name) if name else None
    return value if isinstance(value, bool) else None


def _reads(book: Rulebook, plan: MeasurePlan) -> frozenset[str]:
    goal = plan.payable or plan.eligible
    return book.program.depends_on(goal)


def _in_force(book: Rulebook, plan: MeasurePlan, values: Values) -> ConditionResult:
    name = f"{plan.symbol}.in_force"
    document = plan.measure.clause.split()[0]
    status = status_of(values[name])
    validity = book.rules.validity.get(document)
    day = values.get(plan.measure.on)
    message = Text(zh="长期有效", en="no end of validity")
    if validity is not None:
        start = "starts" if validity.starts is not None else "valid_from"
        first, last = (values.get(f"{symbol(document)}.{end}") for end in (start, "valid_until"))
        message = in_force_message(str(day or "日期未知"), str(first), str(last), status)
        for edition in validity.editions:
            message = Text(zh=f"{message.zh};{edition.basis.zh}", en=message.en)
    clause = (validity.clause if validity else None) or plan.measure.clause
    title = book.meanings[name].title
    found, needed = _uses(book, name, values)
    return ConditionResult(
        "in_force", status, title, clause, book.program.source_of(name), found, needed, message
    )


def _condition(book: Rulebook, check: Check, case: CaseFacts, values: Values) -> ConditionResult:
    condition = check.condition
    status = status_of(values[check.name])
    found, needed = _uses(book, check.name, values)
    lacking = [item.title.zh for item in found if item.value is None]
    message = condition_message(condition, status, "、".join(lacking))
    suppliers = condition.suppliers or _suppliers(book, check.name)
    evidence = condition.evidence or _evidence(book, check.name)
    return ConditionResult(
        condition.id, status, condition.title, condition.clause, condition.test, found, needed, message,
        evidence, suppliers, condition.hint,
    )  # fmt: skip


def _uses(book: Rulebook, name: str, values: Values) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """The named values of an expression: (found: facts and steps, needed: parameters and readings)."""
    found: list[Found] = []
    needed: list[Found] = []
    for used in sorted(book.program.uses(name)):
        meaning = book.meanings.get(used)
        if meaning is None:
            continue
        item = Found(
            used, meaning.title, values.get(used), meaning.type, meaning.unit, meaning.clause, meaning.source
        )
        (needed if meaning.source in ("parameter", "reading") else found).append(item)
    return tuple(found), tuple(needed)


def _suppliers(book: Rulebook, name: str) -> tuple[str, ...]:
    facts = (book.facts.get(used) for used in sorted(book.program.depends_on(name)))
    return tuple(dict.fromkeys(supplier for fact in facts if fact for supplier in fact.suppliers))


def _evidence(book: Rulebook, name: str) -> tuple[str, ...]:
    facts = (book.facts.get(used) for used in sorted(book.program.depends_on(name)))
    return tuple(dict.fromkeys(paper for fact in facts if fact for paper in fact.evidence))


def _outcome(book: Rulebook, plan: MeasurePlan, values: Values, id_: str) -> OutcomeResult:
    outcome = next(o for o in plan.measure.outcomes if o.id == id_)
    name = plan.outcomes[id_]
    value = values.get(name)
    kind = book.meanings[name].type
    text = Text(
        zh=f"{outcome.title.zh}:{show(book, name, values)}",
        en=f"{outcome.title.get('en')}: {show_value(value, kind)}",
    )
    if value is True and outcome.yes is not None:
        text = outcome.yes
    if value is False and outcome.no is not None:
        text = outcome.no
    return OutcomeResult(id_, outcome.title, outcome.clause, value, kind, text)
