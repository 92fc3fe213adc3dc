"""One measure as definitions: conditions, eligibility, steps of the amount, ceilings, what is payable."""

from __future__ import annotations

from collections.abc import Mapping

from .amount_steps import AmountSteps, Path
from .model import Agreement, Cap, GeneralCondition, Measure, StackingRule
from .plan import Check, MeasurePlan, Origin, Room, Usage
from .scope import is_name, qualify, symbol
from .values import Text

OWN_WORDS = frozenset({"eligible", "amount", "payable", "allowed", "in_force", "budget", "reference_date"})
"""Names that every measure has; a pack may use but not redefine them."""


class MeasureCompiler:
    """Compiles one measure; ``definitions``, ``origins`` and ``usages`` hold what it adds to the program."""

    def __init__(
        self, measure: Measure, general: tuple[GeneralCondition, ...], stacking: tuple[StackingRule, ...]
    ) -> None:
        self.measure, self.symbol = measure, symbol(measure.id)
        self.general = [c for c in general if not c.kinds or measure.kind in c.kinds]
        self.shared = [
            rule
            for rule in stacking
            if rule.kind == "shared_cap" and (not rule.measures or measure.id in rule.measures)
        ]
        self.definitions: dict[str, str] = {}
        self.origins: dict[str, Origin] = {}
        self.usages: list[Usage] = []
        self.repeated: list[str] = []
        self.names = self._names()

    def _names(self) -> Mapping[str, str]:
        m = self.measure
        own = [*m.parameters, *m.let, *(t.code for t in m.totals), *(c.id for c in m.conditions)]
        own += [o.id for o in m.outcomes]
        names = {name: f"{self.symbol}.{name}" for name in (*own, *OWN_WORDS)}
        return {**names, "reference_date": m.on}

    # -- the writer that the amount compiler uses -------------------------------------------------------------------

    def define(self, local: str, source: str, path: Path, *, own: bool = False) -> str:
        """Add the definition ``<symbol>.<local>``; text of the pack is qualified, our own is full already."""
        name = f"{self.symbol}.{local}"
        text = qualify(source, {} if own else self.names)
        if name in self.definitions:
            self.repeated.append(local)
        self.definitions[name] = text.text
        self.origins[name] = Origin(("measures", self.measure.id, path), text)
        return name

    def value(self, local: str, source: str, path: Path) -> str:
        """The name that holds the value of ``source``."""
        text = qualify(source, self.names).text
        return text.strip() if is_name(text) else self.define(local, source, path)

    # -- parts ------------------------------------------------------------------------------------------------------

    def compile(self) -> MeasurePlan:
        """The plan of the measure; the definitions are in ``definitions``."""
        m = self.measure
        lets = {name: self.define(name, let.value, ("let", name, "value")) for name, let in m.let.items()}
        checks = self._checks()
        eligible = self.define("eligible", self._eligible(checks), (), own=True)
        outcomes = {
            o.id: self.define(o.id, o.value, ("outcomes", at, "value")) for at, o in enumerate(m.outcomes)
        }
        plan = MeasurePlan(
            m, self.symbol, checks, eligible, outcomes=outcomes, lets=lets, budget=self._budget()
        )
        return plan if m.amount is None else self._money(plan)

    def _eligible(self, checks: tuple[Check, ...]) -> str:
        """All conditions; an agreement takes the place of the measure's own, never of those that bind everybody."""
        everybody = {f"{self.symbol}.{condition.id}" for condition in self.general}
        general = [check.name for check in checks if check.name in everybody]
        own = [f"{self.symbol}.in_force", *(check.name for check in checks if check.name not in everybody)]
        if self.measure.agreement is None:
            return " AND ".join([*own, *general])
        return " AND ".join([f"({self.measure.agreement.flag} OR ({' AND '.join(own)}))", *general])

    def _checks(self) -> tuple[Check, ...]:
        checks = [
            Check(self.define(c.id, c.test, ("conditions", at, "test")), c)
            for at, c in enumerate(self.measure.conditions)
        ]
        for condition in self.general:
            name = f"{self.symbol}.{condition.id}"
            text = qualify(condition.test, {"reference_date": self.measure.on})
            self.definitions[name] = text.text
            self.origins[name] = Origin(("conditions", condition.id, ("test",)), text)
            checks.append(Check(name, condition))
        return (*checks, *self._once())

    def _once(self) -> list[Check]:
        checks = []
        for at, once in enumerate(self.measure.once, start=1):
            suffix = "" if len(self.measure.once) == 1 else f"_{at}"
            usage = self._usage(f"times_{self.symbol}{suffix}", "times", once.scope, once.span, once.key)
            test = f"{usage.name} = 0"
            if once.when is not None:
                test = f"NOT ({qualify(once.when, self.names).text}) OR {test}"
            name = self.define(f"once{suffix}", test, ("once", at - 1, "when"), own=True)
            checks.append(Check(name, _once_condition(f"once{suffix}", once.clause, once.key, test)))
        return checks

    def _usage(
        self, name: str, what: str, scope: str, span: str, key: str | None, members: tuple[str, ...] = ()
    ) -> Usage:
        zh = {"money": "此前已获金额", "times": "此前已获次数"}[what]
        title = Text(
            zh=f"{self.measure.title.zh}：{zh}", en=f"{self.measure.title.get('en')}: granted before"
        )
        usage = Usage(name, what, members or (self.measure.id,), scope, span, key, title, self.measure.on)  # type: ignore[arg-type]  # literals checked by the model
        self.usages.append(usage)
        return usage

    def _budget(self) -> str | None:
        lines = self.measure.budget
        if not lines:
            return None
        whens = [
            f"WHEN {qualify(line.when, self.names).text} THEN '{line.budget}/{line.line}'"
            for line in lines
            if line.when
        ]
        last = next((line for line in lines if not line.when), None)
        rest = f"'{last.budget}/{last.line}'" if last else "NULL"
        source = f"CASE {' '.join(whens)} ELSE {rest} END" if whens else rest
        return self.define("budget", source, ("budget",), own=True)

    def _money(self, plan: MeasurePlan) -> MeasurePlan:
        m = self.measure
        assert m.amount is not None
        steps = AmountSteps(self, m.rounding)
        amount = self.define("amount", steps.compile(m.amount, ("amount",)), ("amount",), own=True)
        rooms = [self._room(cap, at, amount) for at, cap in enumerate(m.caps)]
        rooms += [self._shared_room(rule, amount) for rule in self.shared]
        least = f"least({', '.join([amount, *(room.room for room in rooms)])})" if rooms else amount
        source = f"CASE WHEN NOT {plan.eligible} THEN 0 {_agreed(m.agreement)}ELSE {least} END"
        payable = self.define("payable", source, (), own=True)
        allowed = self.define("allowed", f"{plan.eligible} AND requested <= {payable}", (), own=True)
        return MeasurePlan(
            m, self.symbol, plan.checks, plan.eligible, tuple(steps.steps), amount, payable, allowed, tuple(rooms),
            m.agreement.flag if m.agreement else None, plan.budget, plan.outcomes, plan.lets,
        )  # fmt: skip

    def _room(self, cap: Cap, at: int, amount: str) -> Room:
        limit = self.value(f"limit_{cap.id}", cap.limit, ("caps", at, "limit"))
        used = None
        left = limit
        if cap.scope != "case":
            used = self._usage(f"paid_{self.symbol}_{cap.id}", "money", cap.scope, cap.span, None).name
            left = f"greatest({limit} - {used}, 0)"
        if cap.when is not None:
            left = f"CASE WHEN {qualify(cap.when, self.names).text} THEN {left} ELSE {amount} END"
        return Room(cap, self.define(f"room_{cap.id}", left, ("caps", at), own=True), limit, used)

    def _shared_room(self, rule: StackingRule, amount: str) -> Room:
        own = symbol(rule.id)
        used = self._usage(f"paid_{own}", "money", rule.scope, rule.span, None, rule.measures).name
        assert rule.limit is not None
        limit = f"{self.symbol}.limit_{own}"
        text = qualify(rule.limit, {})
        self.definitions[limit] = text.text
        self.origins[limit] = Origin(("stacking", rule.id, ("limit",)), text)
        left = f"greatest({limit} - {used}, 0)"
        if rule.when is not None:
            left = f"CASE WHEN {own}.when THEN {left} ELSE {amount} END"
        return Room(rule, self.define(f"room_{own}", left, (), own=True), limit, used)


def _agreed(agreement: Agreement | None) -> str:
    return f"WHEN {agreement.flag} THEN {agreement.amount} " if agreement else ""


def _once_condition(id_: str, clause: str, key: str | None, test: str) -> GeneralCondition:
    title = Text(zh="此前未享受过", en="not granted before")
    unmet = Text(zh="此前已经享受过，本项只给一次", en="granted before; it is given once only")
    if key:
        title = Text(zh="同一级别此前未享受过", en="not granted before at the same level")
        unmet = Text(
            zh="同一级别此前已经享受过，每一级别只给一次",
            en="granted before at the same level; it is given once per level",
        )
    return GeneralCondition(id=id_, clause=clause, title=title, test=test, unmet=unmet)
