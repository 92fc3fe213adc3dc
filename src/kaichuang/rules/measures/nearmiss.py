"""How little is lacking: one fact that the party can move, by how much, and what that would be worth."""

from __future__ import annotations

from dataclasses import replace

from .book import CaseFacts, Rulebook, Settings
from .entitlement import NearMiss, show_value
from .plan import MeasurePlan
from .values import Text, Value, ValueType, show_money


def near_misses(
    book: Rulebook, plan: MeasurePlan, case: CaseFacts, settings: Settings | None = None
) -> tuple[NearMiss, ...]:
    """Changes of one fact, in its declared direction, that alone make the measure apply; the smallest first."""
    overrides, _ = book.split_settings(settings)
    misses: dict[str, NearMiss] = {}
    for miss in book.program.near_misses(plan.eligible, case.values, overrides or None):
        direction = direction_of(book, miss.fact)
        if not miss.enough or miss.distance is None or direction is None or miss.fact in misses:
            continue
        if (miss.distance > 0) == (direction == "up"):
            misses[miss.fact] = _near(
                book, plan, case, settings, miss.fact, miss.value, miss.needed, miss.distance
            )
    return tuple(misses.values())


def direction_of(book: Rulebook, name: str) -> str | None:
    """The way in which the party would move a fact or a total, as the pack declares it."""
    if name in book.facts:
        return book.facts[name].direction
    for total in book.rules.totals:
        if total.code == name:
            return total.direction
    for plan in book.plans.values():
        for total in plan.measure.totals:
            if f"{plan.symbol}.{total.code}" == name:
                return total.direction
    return None


def _near(
    book: Rulebook,
    plan: MeasurePlan,
    case: CaseFacts,
    settings: Settings | None,
    name: str,
    now: Value | None,
    needed: Value | None,
    gap: int,
) -> NearMiss:
    changed = replace(case, values={**case.values, name: needed})
    payable: Value | None = None
    if plan.payable is not None:
        payable = book.values(changed, settings=settings, outputs=(plan.payable,))[plan.payable]
    meaning = book.meanings[name]
    size = show_value(
        abs(gap), _gap_type(meaning.type), meaning.unit or ("天" if meaning.type == "date" else "")
    )
    zh, en = ("再增加", "more") if gap > 0 else ("再减少", "less")
    worth = f"，可得 {show_money(payable)} 元" if isinstance(payable, int) else ""
    worth_en = f", worth {show_money(payable)} yuan" if isinstance(payable, int) else ""
    message = Text(
        zh=f"{meaning.title.zh}{zh} {size}即符合“{plan.measure.title.zh}”{worth}",
        en=f"{abs(gap)} {en} ({meaning.title.get('en')}) and “{plan.measure.title.get('en')}” applies{worth_en}",
    )
    assert now is not None
    assert needed is not None
    return NearMiss(
        name, meaning.title, now, needed, gap, payable if isinstance(payable, int) else None, message
    )


def _gap_type(type_: ValueType) -> ValueType:
    return "int" if type_ == "date" else type_
