"""Conditions: without evidence, never to be met, contradicting each other, with nobody to ask."""

from __future__ import annotations

from collections.abc import Iterator

from kaichuang.rules.lang.nodes import Const
from kaichuang.rules.lang.plan import plan_for

from .context import Doubt, Lint


def without_evidence(lint: Lint) -> Iterator[Doubt]:
    """Conditions that no paper proves: neither theirs nor that of a fact behind them."""
    program, facts, tables = lint.book.program, lint.book.facts, lint.book.collections
    for measure in lint.measures:
        plan = lint.book.plans[measure.id]
        for at, condition in enumerate(measure.conditions):
            reads = program.depends_on(f"{plan.symbol}.{condition.id}")
            proved = [facts[name] for name in reads if name in facts]
            rows = [tables[table] for name in reads if (table := lint.book.table_of(name)) is not None]
            known = any(f.evidence or f.source != "declared" for f in proved) or any(t.evidence for t in rows)
            if not condition.evidence and not known and (proved or rows):
                place = ("measures", measure.id, ("conditions", at))
                zh, en = (
                    f"条件“{condition.title.zh}”没有证明材料",
                    f"nothing proves “{condition.title.get('en')}”",
                )
                yield Doubt("evidence", place, zh, en, "写 evidence | name its evidence")


def never_met(lint: Lint) -> Iterator[Doubt]:
    """Conditions whose answer does not depend on the case: never met, or always."""
    plan = plan_for(lint.book.program, None)
    for measure in lint.measures:
        for at, condition in enumerate(measure.conditions):
            node = plan.nodes.get(f"{lint.book.plans[measure.id].symbol}.{condition.id}")
            if not isinstance(node, Const):
                continue
            place = ("measures", measure.id, ("conditions", at))
            if node.value is True:
                zh, en = f"条件“{condition.title.zh}”总是成立", f"“{condition.title.get('en')}” always holds"
                yield Doubt("idle", place, zh, en)
            else:
                zh, en = (
                    f"条件“{condition.title.zh}”不可能成立",
                    f"“{condition.title.get('en')}” can never hold",
                )
                yield Doubt("never", place, zh, en)


def contradicting(lint: Lint) -> Iterator[Doubt]:
    """Two conditions of one measure of which one is the opposite of the other, or both the same."""
    for measure in lint.measures:
        seen: dict[str, str] = {}
        for at, condition in enumerate(measure.conditions):
            text = " ".join(condition.test.split())
            opposite = text.removeprefix("NOT ") if text.startswith("NOT ") else f"NOT {text}"
            place = ("measures", measure.id, ("conditions", at))
            if opposite in seen:
                zh, en = f"与条件“{seen[opposite]}”互相矛盾", f"contradicts the condition “{seen[opposite]}”"
                yield Doubt("contradiction", place, zh, en)
            elif text in seen:
                yield Doubt(
                    "repeated", place, f"与条件“{seen[text]}”重复", f"repeats the condition “{seen[text]}”"
                )
            seen[text] = condition.id


def no_supplier(lint: Lint) -> Iterator[Doubt]:
    """Facts that rules read and that nobody is named to supply."""
    program = lint.book.program
    read = {name for definition in program.order for name in program.uses(definition)}
    for fact in lint.pack.own.facts:
        if fact.code in read and not fact.suppliers and fact.formula is None and fact.default is None:
            zh, en = f"事实“{fact.title.zh}”没有提供方，缺少时不知道问谁", f"nobody supplies {fact.code}"
            yield Doubt("supplier", ("facts", fact.code, ()), zh, en, "写 suppliers | name its suppliers")
