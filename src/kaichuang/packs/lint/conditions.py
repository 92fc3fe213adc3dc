"""Conditions: without evidence, never to be met, contradicting each other, with nobody to ask."""

from __future__ import annotations

from collections.abc import Iterator

from kaichuang.rules.lang.nodes import Const
from kaichuang.rules.lang.plan import plan_for
from kaichuang.rules.measures.model import Condition
from kaichuang.rules.measures.scope import names_of

from .context import Doubt, Lint
from .probing import probe


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


def scheme_without_evidence(lint: Lint) -> Iterator[Doubt]:
    """Conditions of a recognition that no paper proves."""
    facts, program = lint.book.facts, lint.book.program
    for scheme in lint.pack.own.schemes:
        own: list[tuple[tuple[str | int, ...], Condition]] = [
            (("conditions", at), one) for at, one in enumerate(scheme.conditions)
        ]
        for level, found in enumerate(scheme.levels):
            own += [(("levels", level, "conditions", at), one) for at, one in enumerate(found.conditions)]
        for path, condition in own:
            names = {
                used
                for name in names_of(condition.test)
                for used in ({name} | (program.depends_on(name) if name in program.compiled else set()))
            }
            read = [facts[name] for name in names if name in facts]
            if condition.evidence or scheme.materials or not read:
                continue
            if not any(fact.evidence or fact.source != "declared" for fact in read):
                zh = f"认定条件“{condition.title.zh}”没有证明材料"
                en = f"nothing proves “{condition.title.get('en')}”"
                yield Doubt(
                    "evidence", ("schemes", scheme.id, path), zh, en, "写 evidence | name its evidence"
                )


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
    """Two conditions of one measure that cannot hold together, or say the same."""
    for measure in lint.measures:
        tests = [lint.qualified(measure, condition.test) for condition in measure.conditions]
        for at, condition in enumerate(measure.conditions):
            place = ("measures", measure.id, ("conditions", at))
            for before in range(at):
                other = measure.conditions[before]
                if tests[at] == tests[before]:
                    zh, en = f"与条件“{other.id}”重复", f"repeats the condition “{other.id}”"
                    yield Doubt("repeated", place, zh, en)
                elif _excluded(lint, tests[before], tests[at]):
                    zh = f"与条件“{other.id}”不能同时成立"
                    en = f"“{condition.id}” and “{other.id}” can never hold together"
                    yield Doubt("contradiction", place, zh, en)


def _excluded(lint: Lint, one: str, other: str) -> bool:
    """Whether each may hold, and never both: tried at every bound that they name."""
    if not set(names_of(one)) & set(names_of(other)):
        return False
    rows = probe(lint.book, [one, other])
    if not rows:
        return False
    each = all(any(row[at] is True for row in rows) for at in (0, 1))
    return each and not any(row == (True, True) for row in rows)


def no_supplier(lint: Lint) -> Iterator[Doubt]:
    """Facts that rules read and that nobody is named to supply."""
    program = lint.book.program
    read = {name for definition in program.order for name in program.uses(definition)}
    for fact in lint.pack.own.facts:
        if fact.code in read and not fact.suppliers and fact.formula is None and fact.default is None:
            zh, en = f"事实“{fact.title.zh}”没有提供方，缺少时不知道问谁", f"nobody supplies {fact.code}"
            yield Doubt("supplier", ("facts", fact.code, ()), zh, en, "写 suppliers | name its suppliers")
