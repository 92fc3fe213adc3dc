"""A measure's amount, ceilings and expressions in plain words, in one language, with the figures in force."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from kaichuang.rules.measures import Measure, Rulebook, Settings
from kaichuang.rules.measures.amounts import Amount, Fixed, Formula, Parts, PerHead, Rate, Scale, Tier
from kaichuang.rules.measures.entitlement import show_value
from kaichuang.rules.measures.folding import fold, qualified
from kaichuang.rules.measures.model import Cap
from kaichuang.rules.measures.values import Value, ValueType, show_money

NAME = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?")
SPANS = {
    "year": ("每年", "a year"),
    "lifetime": ("累计", "in all"),
    "validity": ("有效期内", "while in force"),
}
SCOPES = {
    "case": ("每次", "each time"), "party": ("每个申请人", "per applicant"), "person": ("每人", "per person"),
    "carrier": ("每个载体", "per carrier"), "issuer": ("每个发放单位", "per issuer"), "event": ("每场活动", "per event"),
    "programme": ("全部申请人合计", "for everybody together"),
}  # fmt: skip


class Words:
    """Speaks about one measure in one language."""

    def __init__(
        self, book: Rulebook, measure: Measure, language: str, settings: Settings | None = None
    ) -> None:
        self.book, self.measure, self.language = book, measure, language
        self.settings = settings
        self.figures = book.figures(settings)

    def pick(self, zh: str, en: str) -> str:
        """The words in this page's language."""
        return zh if self.language == "zh" else en

    def cited(self, text: str, source: str) -> str:
        """Words with their source in brackets."""
        return self.pick(f"{text}（{source}）", f"{text} ({source})")

    def expression(self, source: str) -> str:
        """An expression as what it comes to: a figure, a title; anything else stays as written, with titles in it."""
        text = qualified(self.measure, source)
        found = fold(self.book, text, self.settings)
        if found.name is not None:
            return self.name(found.name)
        if found.value is not None:
            meaning = self.book.meanings.get(text)
            return self._shown(found.value, meaning.unit if meaning else "")
        words = NAME.sub(lambda word: self._inside(word[0]), text)
        return f"`{words}`"

    def holds(self, source: str | None) -> bool | None:
        """Whether a condition on readings holds as they are; ``None`` where it depends on the case."""
        if source is None:
            return True
        value = fold(self.book, qualified(self.measure, source), self.settings).value
        return value if isinstance(value, bool) else None

    def _shown(self, value: Value, unit: str) -> str:
        kind: ValueType = (
            "money" if type(value) is int and not unit else "int" if type(value) is int else "text"
        )
        kind = "ratio" if isinstance(value, Fraction) else kind
        return show_value(value, kind, unit, self.language)

    def name(self, full: str) -> str:
        """What a name stands for: the value of a figure, the title of anything else."""
        if full in self.figures:
            return self.value(full, self.figures[full])
        meaning = self.book.meanings.get(full)
        if full in self.book.compiled.unset:
            return self.pick("（待主管部门确定）", "(to be set by the bureau)")
        return meaning.title.get(self.language) if meaning else full

    def value(self, full: str, value: Value | None) -> str:
        """A value of a name as people read it."""
        meaning = self.book.meanings.get(full)
        if meaning is None:
            kind = self.book.program.type_of(full).value.lower()
            return show_value(value, kind, language=self.language)  # type: ignore[arg-type]  # the same six words
        if meaning.values and isinstance(value, str) and value in meaning.values:
            return meaning.values[value].get(self.language)
        return show_value(value, meaning.type, meaning.unit, self.language)

    def _inside(self, full: str) -> str:
        known = full in self.figures or full in self.book.meanings
        return self.name(full) if known and full not in self.book.readings else full

    # -- amounts ----------------------------------------------------------------------------------------------------

    def amount(self, amount: Amount) -> list[str]:
        """An amount as sentences."""
        match amount:
            case Fixed():
                return [self.expression(amount.value)]
            case Rate():
                return [self._rate(amount)]
            case Tier():
                by = self.expression(amount.by)
                return [self.pick(f"按“{by}”分档：", f"By “{by}”:"), *self._tiers(amount)]
            case Scale():
                of = self.expression(amount.of)
                return [self.pick(f"“{of}”分段计算：", f"“{of}” by bracket:"), *self._brackets(amount)]
            case PerHead():
                most = "" if amount.most is None else self.expression(amount.most)
                limit = self.pick(f"，最多计 {most}", f", for at most {most}") if most else ""
                return [f"{self.expression(amount.count)} × {self.expression(amount.value)}{limit}"]
            case Formula():
                return [amount.say.get(self.language) if amount.say else self.expression(amount.value)]
        return self._parts(amount)

    def _parts(self, amount: Parts) -> list[str]:
        lead = {
            "sum": ("以下各项之和：", "The sum of:"),
            "highest": ("以下各项取最高：", "The highest of:"),
            "lowest": ("以下各项取最低：", "The lowest of:"),
        }[amount.kind]
        return [self.pick(*lead), *(f"- {line}" for part in amount.parts for line in self.amount(part))]

    def _rate(self, amount: Rate) -> str:
        text = f"{self.expression(amount.of)} × {self.expression(amount.rate)}"
        if amount.cap is not None:
            text += self.pick("，最高 ", ", at most ") + self.expression(amount.cap)
        if amount.floor is not None:
            text += self.pick("，最低 ", ", at least ") + self.expression(amount.floor)
        return text

    def _tiers(self, amount: Tier) -> Iterator[str]:
        by = qualified(self.measure, amount.by)
        for row in amount.tiers:
            if row.is_ is not None:
                step = self.value(by, row.is_)
            elif row.from_ is not None:
                step = f"≥ {self.expression(row.from_)}"
            else:
                step = f"> {self.expression(row.above or '')}"
            yield f"- {step}{self.pick('：', ': ')}{self.expression(row.value)}"

    def _brackets(self, amount: Scale) -> Iterator[str]:
        for row in amount.brackets:
            edge, rate = self.expression(row.above), self.expression(row.rate)
            yield self.pick(f"- 超过 {edge} 的部分：{rate}", f"- above {edge}: {rate}")

    def cap(self, cap: Cap) -> str:
        """A ceiling as a sentence."""
        at = 0 if self.language == "zh" else 1
        scope, span = SCOPES[cap.scope][at], SPANS[cap.span][at]
        limit = self.expression(cap.limit)
        if cap.limit.strip() == "amount":
            limit = self.pick("按上面的标准", "the amount above")
        when = "" if self.holds(cap.when) else self.pick("（视情形而定）", " (depends on the case)")
        text = self.pick(f"{scope}{span}不超过 {limit}{when}", f"At most {limit} {scope} {span}{when}")
        return (
            text
            if cap.scope != "case"
            else self.pick(f"{scope}不超过 {limit}{when}", f"At most {limit} {scope}{when}")
        )

    def rounding(self) -> str | None:
        """How the amount is rounded, where it is not simply whole fen."""
        rounding = self.measure.rounding
        if rounding.unit == 1 and rounding.mode == "down":
            return None
        unit = show_money(rounding.unit)
        ways = {"down": ("舍去", "down"), "up": ("进位", "up"), "half_up": ("四舍五入", "half up")}[
            rounding.mode
        ]
        return self.pick(f"按 {unit} 元{ways[0]}", f"Rounded {ways[1]} to {unit} yuan")
