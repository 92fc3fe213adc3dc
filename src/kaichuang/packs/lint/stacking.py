"""Rules between measures: circles of precedence, and budget lines that one payment may exceed."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from kaichuang.rules.measures.values import show_money

from .amounts import promised_by
from .context import Doubt, Lint


def circles(lint: Lint) -> Iterator[Doubt]:
    """Measures that prevail over each other."""
    before: dict[str, set[str]] = {}
    owner: dict[str, str] = {}
    for rule in lint.pack.own.stacking:
        if rule.kind == "prevails":
            for lost in rule.over:
                before.setdefault(lost, set()).update(rule.measures)
                owner[lost] = rule.id
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        path: list[str] = error.args[1]
        zh, en = f"优先关系成环：{' → '.join(path)}", f"precedence goes in a circle: {' → '.join(path)}"
        yield Doubt("contradiction", ("stacking", owner[path[0]], ()), zh, en)


def budgets(lint: Lint) -> Iterator[Doubt]:
    """Measures of which a single award is larger than the line that pays it."""
    lines = {(b.id, line.id): line.amount for b in lint.pack.own.budgets for line in b.lines}
    for measure in lint.measures:
        promised = promised_by(lint, measure)
        for at, entry in enumerate(measure.budget):
            amount = lines.get((entry.budget, entry.line))
            if amount is not None and promised is not None and promised > amount:
                zh = f"单笔最高 {show_money(promised)} 元超过支出项的 {show_money(amount)} 元"
                en = f"one award of {show_money(promised)} exceeds the line of {show_money(amount)}"
                yield Doubt("budget", ("measures", measure.id, ("budget", at)), zh, en)
