"""The reasons of one entitlement in words: conditions, steps and outcomes, each with its values and its clause."""

from __future__ import annotations

from collections.abc import Mapping

from .book import Rulebook
from .entitlement import ConditionResult, Entitlement, Found, OutcomeResult, StepResult, status_of
from .plan import Check, MeasurePlan
from .scope import symbol
from .sentences import condition_message, in_force_message, show
from .values import Text, Value, show_money
from .wording import room_result, step_result

Values = Mapping[str, Value | None]


def conditions(entitlement: Entitlement) -> tuple[ConditionResult, ...]:
    """Every condition, the document's validity first."""
    book, plan, values = entitlement.book, entitlement.plan, entitlement.values
    return (_in_force(book, plan, values), *(_condition(book, check, values) for check in plan.checks))


def steps(entitlement: Entitlement) -> tuple[StepResult, ...]:
    """Every step of the amount, every ceiling, and what is payable."""
    book, plan, values = entitlement.book, entitlement.plan, entitlement.values
    if plan.amount is None or plan.payable is None:
        return ()
    made = [step_result(book, step, values) for step in plan.steps]
    made += [room_result(book, room, values) for room in plan.rooms]
    payable = entitlement.payable_fen
    if payable is not None:
        words = Text(zh=f"可发放 {show_money(payable)} 元", en=f"payable {show_money(payable)} yuan")
        made.append(StepResult(plan.payable, "payable", payable, words))
    return tuple(made)


def outcomes(entitlement: Entitlement) -> tuple[OutcomeResult, ...]:
    """Every result other than money."""
    book, plan, values = entitlement.book, entitlement.plan, entitlement.values
    return tuple(_outcome(book, plan, values, outcome.id) for outcome in plan.measure.outcomes)


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
            message = Text(zh=f"{message.zh}；{edition.basis.zh}", en=message.en)
    clause = (validity.clause if validity else None) or plan.measure.clause
    title = book.meanings[name].title
    found, needed = _uses(book, name, values)
    return ConditionResult(
        "in_force", status, title, clause, book.program.source_of(name), found, needed, message
    )


def _condition(book: Rulebook, check: Check, values: Values) -> ConditionResult:
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
        zh=f"{outcome.title.zh}：{show(book, name, values)}",
        en=f"{outcome.title.get('en')}: {show(book, name, values, language='en')}",
    )
    if value is True and outcome.yes is not None:
        text = outcome.yes
    if value is False and outcome.no is not None:
        text = outcome.no
    return OutcomeResult(id_, outcome.title, outcome.clause, value, kind, text)
