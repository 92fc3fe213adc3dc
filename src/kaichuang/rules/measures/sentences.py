"""Answers in words, Chinese and English: what each name means, each condition, the conclusion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .compile import OPEN_END
from .entitlement import Entitlement, Status, show_value
from .facts import Described
from .model import Condition
from .scope import symbol
from .values import Text, Value, ValueType, show_money

if TYPE_CHECKING:
    from .book import Meaning, Rulebook

Values = Mapping[str, Value | None]


def meanings_of(book: Rulebook) -> dict[str, Meaning]:
    """The words for every name that a sentence may mention."""
    from .book import Meaning

    found: dict[str, Meaning] = {}
    for fact in book.rules.facts:
        found[fact.code] = _described(fact, fact.source, fact.clause)
    for reading in book.rules.readings:
        found[reading.name] = Meaning(
            reading.question, reading.type, clause=reading.clause, source="reading", values=reading.choices
        )
    for name, figure in book.rules.parameters.items():
        found[name] = Meaning(figure.title, figure.type, figure.unit, figure.clause, "parameter")
    for total in book.rules.totals:
        found[total.code] = Meaning(
            total.title, book.type_of(total.code), total.unit, total.clause, "derived"
        )
    for usage in book.usages.values():
        found[usage.name] = Meaning(
            usage.title, "money" if usage.what == "money" else "int", source="reported"
        )
    for document, validity in book.rules.validity.items():
        for name, title in (("valid_from", Text(zh="施行日期", en="in force from")),
                            ("valid_until", Text(zh="有效期至", en="valid until"))):  # fmt: skip
            found[f"{symbol(document)}.{name}"] = Meaning(
                title, "date", clause=validity.clause, source="parameter"
            )
    for plan in book.plans.values():
        _measure_meanings(book, plan.measure.id, found)
    found.setdefault(
        "requested", Meaning(Text(zh="申请金额", en="amount requested"), "money", source="declared")
    )
    return found


def _described(fact: Described, source: str, clause: str | None) -> Meaning:
    from .book import Meaning

    return Meaning(fact.title, fact.type, fact.unit, clause, source, fact.values)


def _measure_meanings(book: Rulebook, id_: str, found: dict[str, Meaning]) -> None:
    from .book import Meaning

    plan = book.plans[id_]
    measure, own = plan.measure, plan.symbol
    for name, figure in measure.parameters.items():
        found[f"{own}.{name}"] = Meaning(figure.title, figure.type, figure.unit, figure.clause, "parameter")
    for name, let in measure.let.items():
        found[f"{own}.{name}"] = Meaning(let.title, _type(book, f"{own}.{name}"), let.unit)
    for total in measure.totals:
        full = f"{own}.{total.code}"
        found[full] = Meaning(total.title, book.type_of(full), total.unit, total.clause, "derived")
    for check in plan.checks:
        found[check.name] = Meaning(check.condition.title, "bool", clause=check.condition.clause)
    for outcome in measure.outcomes:
        full = f"{own}.{outcome.id}"
        found[full] = Meaning(outcome.title, _type(book, full), clause=outcome.clause)
    for room in plan.rooms:
        found[room.room] = Meaning(room.cap.title, "money", clause=room.cap.clause)
    found[f"{own}.in_force"] = Meaning(Text(zh="政策在有效期内", en="the policy is in force"), "bool")


def _type(book: Rulebook, name: str) -> ValueType:
    kind: ValueType = book.program.type_of(name).value.lower()  # type: ignore[assignment]  # same six words
    return kind


def show(book: Rulebook, name: str, values: Values, *, language: str = "zh") -> str:
    """The value of a name as people read it."""
    value = values.get(name)
    meaning = book.meanings.get(name)
    if meaning is None:
        return show_value(value, _type(book, name), language=language)
    if meaning.values and isinstance(value, str) and value in meaning.values:
        return meaning.values[value].get(language)
    return show_value(value, meaning.type, meaning.unit, language)


def title(book: Rulebook, name: str, *, language: str = "zh") -> str:
    """What a name stands for; the name itself where nothing better is known."""
    meaning = book.meanings.get(name)
    return meaning.title.get(language) if meaning else ""


def condition_message(condition: Condition, status: Status, missing: str) -> Text:
    """The sentence of a condition."""
    zh, en = condition.title.zh, condition.title.get("en")
    if status == "met":
        return Text(zh=f"符合：{zh}", en=f"Met: {en}")
    if status == "unknown":
        return Text(zh=f"待补充：{zh}" + (f"（缺少{missing}）" if missing else ""), en=f"Not known yet: {en}")
    if condition.unmet is not None:
        return condition.unmet
    return Text(zh=f"不符合：{zh}", en=f"Not met: {en}")


def in_force_message(day: str, first: str, last: str, status: Status) -> Text:
    """The sentence about validity on a day."""
    span_zh = f"{first} 起施行" if last == OPEN_END.isoformat() else f"有效期 {first} 至 {last}（含当日）"
    span_en = f"from {first}" if last == OPEN_END.isoformat() else f"{first} to {last} inclusive"
    word = {
        "met": ("在有效期内", "in force"),
        "not_met": ("不在有效期内", "not in force"),
        "unknown": ("日期未知", "date unknown"),
    }
    zh, en = word[status]
    return Text(zh=f"{day} {zh}：{span_zh}", en=f"{day}: {en} ({span_en})")


def conclusion(entitlement: Entitlement) -> Text:
    """The answer in one sentence."""
    name, english = entitlement.measure.title.zh, entitlement.measure.title.get("en")
    if entitlement.status == "not_met":
        failed = [c.message.zh for c in entitlement.conditions if c.status == "not_met"]
        failed_en = [c.message.get("en") for c in entitlement.conditions if c.status == "not_met"]
        return Text(zh=f"不能享受“{name}”：{'；'.join(failed)}", en=f"No “{english}”: {'; '.join(failed_en)}")
    if entitlement.status == "unknown" or (entitlement.measure.amount and entitlement.payable_fen is None):
        if entitlement.unset and not entitlement.missing:
            return Text(
                zh=f"“{name}”的标准尚待主管部门填写",
                en=f"“{english}”: the bureau has not set the figures yet",
            )
        lacking = "、".join(missing.title.zh for missing in entitlement.missing)
        lacking_en = ", ".join(missing.title.get("en") for missing in entitlement.missing)
        return Text(
            zh=f"“{name}”还不能确定" + (f"，还需：{lacking}" if lacking else ""),
            en=f"“{english}” cannot be settled yet" + (f"; still needed: {lacking_en}" if lacking else ""),
        )
    if entitlement.payable_fen is None:
        return Text(zh=f"符合“{name}”的条件", en=f"“{english}” applies")
    money = show_money(entitlement.payable_fen)
    if entitlement.by_agreement:
        return Text(zh=f"“{name}”按协议执行：{money} 元", en=f"“{english}” by agreement: {money} yuan")
    if entitlement.nature == "ceiling":
        return Text(zh=f"可享受“{name}”，最高 {money} 元", en=f"“{english}”: up to {money} yuan")
    return Text(zh=f"可享受“{name}”{money} 元", en=f"“{english}”: {money} yuan")
