"""From a kind of amount to expressions. Each sub-amount becomes one definition, so that each can be shown."""

from __future__ import annotations

from typing import Protocol

from .amounts import Amount, Fixed, Formula, Parts, PerHead, Rate, Scale, Tier
from .model import Rounding
from .plan import Step

Path = tuple[str | int, ...]


class Writer(Protocol):
    """What the amount compiler needs of the measure compiler."""

    def define(self, local: str, source: str, path: Path, *, own: bool = False) -> str:
        """Add a definition of the measure and return its full name; ``own`` text is ours and already qualified."""
        ...

    def value(self, local: str, source: str, path: Path) -> str:
        """The name that holds an expression's value: itself if it is a name, else a new definition."""
        ...


class AmountSteps:
    """Compiles one amount; ``steps`` are in the order in which they are computed."""

    def __init__(self, writer: Writer, rounding: Rounding) -> None:
        self.writer, self.rounding = writer, rounding
        self.steps: list[Step] = []

    @property
    def mode(self) -> str:
        """How a share is brought to whole fen, so that rounding to a larger unit later is not done twice."""
        if self.rounding.unit > 1 and self.rounding.mode == "half_up":
            return "down"
        return self.rounding.mode

    def compile(self, amount: Amount, path: Path) -> str:
        """The name of the definition that holds the rounded amount."""
        name = self._visit(amount, path)
        if self.rounding.unit == 1:
            return name
        unit = f"fen({self.rounding.unit})"
        return self._step(
            "round", f"round_to({name}, {unit}, '{self.rounding.mode}')", {"of": name}, self.rounding
        )

    def _step(self, kind: str, source: str, parts: dict[str, str], data: object = None) -> str:
        name = self.writer.define(f"step_{len(self.steps) + 1}", source, (), own=True)
        self.steps.append(Step(name, kind, parts, data))
        return name

    def _visit(self, amount: Amount, path: Path) -> str:
        match amount:
            case Fixed():
                value = self._value("value", amount.value, (*path, "value"))
                return self._step("fixed", value, {"value": value})
            case Rate():
                return self._rate(amount, path)
            case Tier():
                return self._tier(amount, path)
            case Scale():
                return self._scale(amount, path)
            case PerHead():
                return self._per_head(amount, path)
            case Formula():
                value = self._value("value", amount.value, (*path, "value"))
                return self._step("formula", value, {"value": value}, amount.say)
            case Parts():
                names = [self._visit(part, (*path, "parts", at)) for at, part in enumerate(amount.parts)]
                join = {"sum": " + ".join(names), "highest": f"greatest({', '.join(names)})"}
                source = join.get(amount.kind, f"least({', '.join(names)})")
                return self._step(
                    amount.kind, source, {f"part_{at}": name for at, name in enumerate(names, 1)}
                )

    def _value(self, role: str, source: str, path: Path) -> str:
        return self.writer.value(f"{role}_{len(self.steps) + 1}", source, path)

    def _rate(self, amount: Rate, path: Path) -> str:
        parts = {"of": self._value("of", amount.of, (*path, "of"))}
        parts["rate"] = self._value("rate", amount.rate, (*path, "rate"))
        name = self._step("rate", f"share({parts['of']}, {parts['rate']}, '{self.mode}')", parts)
        if amount.cap is not None:
            cap = self._value("cap", amount.cap, (*path, "cap"))
            name = self._step("cap", f"least({name}, {cap})", {"of": name, "cap": cap})
        if amount.floor is not None:
            floor = self._value("floor", amount.floor, (*path, "floor"))
            name = self._step("floor", f"greatest({name}, {floor})", {"of": name, "floor": floor})
        return name

    def _tier(self, amount: Tier, path: Path) -> str:
        by = self._value("by", amount.by, (*path, "by"))
        parts, whens = {"by": by}, []
        for at, row in enumerate(amount.tiers):
            value = self.writer.value(
                f"tier_{len(self.steps) + 1}_{at + 1}", row.value, (*path, "tiers", at, "value")
            )
            parts[f"value_{at}"] = value
            if row.is_ is not None:
                text = row.is_.replace("'", "''")
                whens.append(f"WHEN {by} = '{text}' THEN {value}")
                continue
            mark, sign = (row.from_, ">=") if row.from_ is not None else (row.above, ">")
            assert mark is not None
            key = "from" if row.from_ is not None else "above"
            edge = self.writer.value(f"edge_{len(self.steps) + 1}_{at + 1}", mark, (*path, "tiers", at, key))
            parts[f"edge_{at}"] = edge
            whens.insert(0, f"WHEN {by} {sign} {edge} THEN {value}")
        return self._step("tier", f"CASE {' '.join(whens)} ELSE 0 END", parts, amount)

    def _scale(self, amount: Scale, path: Path) -> str:
        of = self._value("of", amount.of, (*path, "of"))
        parts, sums = {"of": of}, []
        edges = [
            self.writer.value(
                f"edge_{len(self.steps) + 1}_{at + 1}", row.above, (*path, "brackets", at, "above")
            )
            for at, row in enumerate(amount.brackets)
        ]
        for at, row in enumerate(amount.brackets):
            rate = self.writer.value(
                f"rate_{len(self.steps) + 1}_{at + 1}", row.rate, (*path, "brackets", at, "rate")
            )
            upper = f"least({of}, {edges[at + 1]})" if at + 1 < len(edges) else of
            inside = (
                f"greatest({upper} - {edges[at]}, 0)" if row.above.strip() != "0" else f"greatest({upper}, 0)"
            )
            parts |= {f"edge_{at}": edges[at], f"rate_{at}": rate}
            sums.append(f"share({inside}, {rate}, '{self.mode}')")
        return self._step("scale", " + ".join(sums), parts, amount)

    def _per_head(self, amount: PerHead, path: Path) -> str:
        parts = {"count": self._value("count", amount.count, (*path, "count"))}
        parts["value"] = self._value("value", amount.value, (*path, "value"))
        counted = parts["count"]
        if amount.most is not None:
            parts["most"] = self._value("most", amount.most, (*path, "most"))
            counted = f"least({counted}, {parts['most']})"
        return self._step("per_head", f"{counted} * {parts['value']}", parts)
