"""Amounts: tiers that overlap or are never reached, gaps, missing and useless ceilings, scales that round twice."""

from __future__ import annotations

from collections.abc import Iterator

from kaichuang.rules.measures import Measure
from kaichuang.rules.measures.amounts import Fixed, Rate, Scale, Tier
from kaichuang.rules.measures.values import Value, show_money

from ..schema.examples import MeasureTest
from .context import Doubt, Lint
from .probing import probe
from .sources import Path, amounts


def tiers(lint: Lint) -> Iterator[Doubt]:
    """Overlapping and unreachable steps, and values that fall between them."""
    for measure in lint.measures:
        for amount, path in amounts(measure):
            if isinstance(amount, Tier):
                by_words = amount.tiers[0].is_ is not None
                yield from (_words if by_words else _numbers)(lint, measure, amount, path)


def _words(lint: Lint, measure: Measure, tier: Tier, path: Path) -> Iterator[Doubt]:
    seen: dict[str, int] = {}
    name = lint.qualified(measure, tier.by).strip()
    for at, row in enumerate(tier.tiers):
        place = ("measures", measure.id, (*path, "tiers", at))
        word = row.is_ or ""
        if word in seen:
            zh, en = (
                f"档次“{word}”与第 {seen[word] + 1} 档重复，不会用到",
                f"“{word}” repeats step {seen[word] + 1}",
            )
            yield Doubt("overlap", place, zh, en, "删去一档 | remove one of them")
        seen.setdefault(word, at)
    values = _vocabulary(lint, name)
    place = ("measures", measure.id, path)
    if values is None:
        zh, en = (
            f"“{tier.by}”没有取值表，表外的取值金额为 0",
            f"“{tier.by}” has no list of values: others are paid nothing",
        )
        yield Doubt("gap", place, zh, en, "给事实写 values | close the values of the fact")
        return
    left = [
        value for value in values
        if value not in seen and value != "none" and _possible(lint, measure, f"{name} = '{value}'", name)
    ]  # fmt: skip
    if left:
        zh, en = (
            f"取值 {'、'.join(left)} 没有对应档次，金额为 0",
            f"no step for {', '.join(left)}: nothing is paid",
        )
        yield Doubt("gap", place, zh, en)


def _vocabulary(lint: Lint, name: str) -> list[str] | None:
    """The closed list of what a text can be; none where it is open."""
    fact = lint.book.facts.get(name)
    if fact is not None and fact.values:
        return list(fact.values)
    compiled = lint.book.program.compiled.get(name)
    if compiled is not None and compiled.node.vocabulary:
        return sorted(compiled.node.vocabulary)
    field = lint.book.program.fields.get(name)
    return list(field.values) if field is not None and field.values else None


def _possible(lint: Lint, measure: Measure, case: str, name: str) -> bool:
    """Whether some party in such a case meets every condition that looks at the same value."""
    program, plan = lint.book.program, lint.book.plans[measure.id]
    tests = [check.name for check in plan.checks if name in program.depends_on(check.name) | {check.name}]
    rows = probe(lint.book, [case, *tests])
    if rows is None:
        return not tests
    return any(row[0] is True and False not in row for row in rows)


def _numbers(lint: Lint, measure: Measure, tier: Tier, path: Path) -> Iterator[Doubt]:
    before: tuple[Value, bool] | None = None
    for at, row in enumerate(tier.tiers):
        place = ("measures", measure.id, (*path, "tiers", at))
        edge, open_ = lint.constant(measure, row.from_ or row.above), row.above is not None
        if edge is None:
            continue
        if before is not None and (edge, open_) == before:
            yield Doubt("overlap", place, "与前一档的界限相同", "the same bound as the step before")
        elif before is not None and (edge, open_) < before:
            zh, en = "界限比前一档低，前一档会盖住它", "its bound is below the step before, which hides it"
            yield Doubt("unreachable", place, zh, en, "从低到高排列 | list the steps from low to high")
        if before is not None and open_ != before[1]:
            zh, en = (
                "“以上”(含)与“超过”(不含)混用，请核对边界",
                "mixes ≥ and >: check what holds at the bound",
            )
            yield Doubt("boundary", place, zh, en)
        before = (edge, open_)
    first, name = tier.tiers[0], lint.qualified(measure, tier.by).strip()
    bound = first.from_ or first.above
    lowest = lint.constant(measure, bound)
    if lowest is not None and (lowest or first.above is not None) and bound is not None:
        sign = "<" if first.from_ is not None else "<="
        below = f"({name}) {sign} ({lint.qualified(measure, bound)})"
        if _possible(lint, measure, below, name):
            zh, en = (
                "最低一档以下符合条件但金额为 0",
                "below the lowest step the measure applies and pays nothing",
            )
            hint = "加一条最低条件或一档 | add a condition or a step"
            yield Doubt("gap", ("measures", measure.id, path), zh, en, hint)


def uncapped(lint: Lint) -> Iterator[Doubt]:
    """Amounts that grow with the facts without a ceiling: whatever their kind, and though a cap that grows too is named."""
    for measure in lint.measures:
        if measure.amount is not None and lint.sizes.grows(measure):
            hint = "写 cap 或 caps；文本确无上限的列入 accepted | cap it, or accept it"
            zh, en = "金额随基数增长而没有上限", "the amount grows without a ceiling"
            if measure.caps:
                zh, en = (
                    "金额和所写上限都随基数增长，等于没有上限",
                    "the amount and its caps both grow: there is no ceiling",
                )
            yield Doubt("uncapped", ("measures", measure.id, ("amount",)), zh, en, hint)


def low_caps(lint: Lint) -> Iterator[Doubt]:
    """Ceilings below what the measure promises, so that the promise is never kept in full."""
    shared = [(rule, measure) for rule in lint.pack.own.stacking if rule.limit for measure in rule.measures]
    for measure in lint.measures:
        promised = promised_by(lint, measure)
        for at, cap in enumerate(measure.caps):
            limit = lint.constant(measure, cap.limit)
            if isinstance(limit, int) and promised is not None and limit < promised:
                zh = f"上限 {show_money(limit)} 元低于应付的 {show_money(promised)} 元，最高档永远发不足"
                en = f"the ceiling {show_money(limit)} is below the {show_money(promised)} promised"
                yield Doubt("low-cap", ("measures", measure.id, ("caps", at)), zh, en)
        for rule in (rule for rule, id_ in shared if id_ == measure.id):
            limit = lint.constant(measure, rule.limit)
            if isinstance(limit, int) and promised is not None and limit < promised:
                zh = f"合计上限 {show_money(limit)} 元低于措施 {measure.id} 一项应付的 {show_money(promised)} 元"
                en = f"the shared ceiling {show_money(limit)} is below the {show_money(promised)} of {measure.id} alone"
                yield Doubt("low-cap", ("stacking", rule.id, ("limit",)), zh, en)
        for amount, path in amounts(measure):
            if isinstance(amount, Rate):
                cap_, floor = lint.constant(measure, amount.cap), lint.constant(measure, amount.floor)
                if isinstance(cap_, int) and isinstance(floor, int) and cap_ < floor:
                    zh, en = "封顶低于保底，封顶不起作用", "the ceiling is below the floor and has no effect"
                    yield Doubt("low-cap", ("measures", measure.id, (*path, "cap")), zh, en)


def promised_by(lint: Lint, measure: Measure) -> int | None:
    """The largest amount that a measure may come to, where it has one."""
    sizes = [
        size
        for size in (lint.sizes.promised(measure), _promised(lint, measure))
        if size is not None and size > 1
    ]
    return max(sizes, default=None)


def _promised(lint: Lint, measure: Measure) -> int | None:
    """The largest step, fixed amount or ceiling that stands in the measure as a figure."""
    sizes: list[int] = []
    for amount, _ in amounts(measure):
        sources: list[str | None] = []
        if isinstance(amount, Tier):
            sources = [row.value for row in amount.tiers]
        elif isinstance(amount, Fixed):
            sources = [amount.value]
        elif isinstance(amount, Rate):
            sources = [amount.cap]
        sizes += [size for s in sources if isinstance(size := lint.constant(measure, s), int)]
    return max(sizes, default=None)


def inexact_scales(lint: Lint) -> Iterator[Doubt]:
    """Marginal scales whose brackets do not come to whole fen, so that rounding each adds up to a difference."""
    for measure in lint.measures:
        for amount, path in amounts(measure):
            if not isinstance(amount, Scale):
                continue
            edges = [lint.constant(measure, row.above) for row in amount.brackets]
            rates = [lint.constant(measure, row.rate) for row in amount.brackets]
            place = ("measures", measure.id, path)
            known = [edge for edge in edges if isinstance(edge, int)]
            if known != sorted(set(known)):
                zh, en = "分段界限应从低到高且不重复", "the brackets must rise"
                yield Doubt("scale", place, zh, en)
                continue
            if known and known[0] > 0:
                zh, en = (
                    f"{show_money(known[0])} 元以下的部分不计",
                    f"nothing below {show_money(known[0])} yuan",
                )
                yield Doubt("gap", place, zh, en)
            for at in range(len(edges) - 1):
                low, high, rate = edges[at], edges[at + 1], rates[at]
                if low is None or high is None or rate is None:
                    continue
                if ((high - low) * rate) % 1:  # type: ignore[operator]  # numbers and a ratio by their types
                    zh = f"第 {at + 1} 段满额不是整分，逐段取整与合并取整会差一分"
                    en = f"bracket {at + 1} is not whole fen when full: rounding each bracket may differ by a fen"
                    yield Doubt("inexact", ("measures", measure.id, (*path, "brackets", at)), zh, en)


def no_example(lint: Lint) -> Iterator[Doubt]:
    """Measures that no example tries."""
    tried = {test.measure for test in lint.pack.own.tests if isinstance(test, MeasureTest)}
    for measure in lint.measures:
        if measure.id not in tried:
            zh, en = f"措施“{measure.title.zh}”没有例子", f"{measure.id} has no example"
            yield Doubt("untried", ("measures", measure.id, ()), zh, en, "在 tests 中加例子 | add examples")
