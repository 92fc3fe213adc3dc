"""What can be wrong with a rule's text or with the facts given to it, said in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

MESSAGES: dict[str, tuple[str, str]] = {
    "syntax": ("表达式写法有误:{detail}", "cannot read the expression: {detail}"),
    "unsupported": ("规则语言不支持“{what}”", "the rule language has no “{what}”"),
    "unknown_name": (
        "没有名为“{name}”的事实、参数或定义",
        "no fact, parameter or definition is called “{name}”",
    ),
    "unknown_function": ("没有名为“{name}”的函数", "no function is called “{name}”"),
    "arity": (
        "函数 {name} 需要 {expected} 个参数,写了 {given} 个",
        "{name} takes {expected} arguments, {given} given",
    ),
    "type": ("{what}:需要{expected},得到{given}", "{what}: expected {expected_en}, got {given_en}"),
    "mixed": ("{what}两边的类型不同:{left}与{right}", "{what} mixes {left_en} with {right_en}"),
    "unit": ("单位不同:{left}与{right}", "units differ: {left} and {right}"),
    "vocabulary": ("“{value}”不在允许的取值之中", "“{value}” is not one of the allowed values"),
    "null": ("不能与 NULL 比较", "NULL cannot be compared"),
    "constant": ("{what}必须是常量", "{what} must be a constant"),
    "value": ("{what}的值无效:{value}", "{what} has the invalid value {value}"),
    "untyped": ("无法确定类型,请为定义写明类型", "the type cannot be inferred; declare it"),
    "duplicate": ("名称“{name}”重复", "the name “{name}” is declared twice"),
    "cycle": ("定义互相引用:{path}", "definitions refer to each other: {path}"),
    "overflow": (
        "结果可能超出可精确计算的范围",
        "the result may leave the range that can be computed exactly",
    ),
    "calendar": ("日期可能超出公元 1 至 9999 年", "the date may leave the years 1 to 9999"),
    "wrong_fact": ("“{name}”需要{expected},得到 {value}", "“{name}” must be {expected_en}, got {value}"),
    "out_of_range": (
        "“{name}”的值 {value} 超出 {low} 至 {high}",
        "“{name}” is {value}, outside {low} to {high}",
    ),
    "required": ("缺少“{name}”", "“{name}” is required"),
    "too_large": ("“{name}”的结果超出可精确计算的范围", "“{name}” is too large to compute exactly"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a definition's source, as half-open character offsets."""

    start: int
    end: int

    def join(self, other: Span) -> Span:
        """The stretch from the first of both to the last of both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, what it is in both languages, and what to write instead if that is known."""

    code: str
    definition: str
    zh: str
    en: str
    span: Span | None = None
    suggestion: str | None = None
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        where = f"{self.definition}:{self.line}:{self.column}" if self.definition else ""
        hint = f" → {self.suggestion}" if self.suggestion else ""
        return f"{where} {self.zh} / {self.en}{hint}".strip()


class RulesError(Exception):
    """Anything that the rule language refuses."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class LanguageErrors(RulesError):
    """The program's text is wrong.  ``problems`` holds every mistake, not only the first."""


class FactErrors(RulesError, ValueError):
    """The facts or parameters handed to a program are of the wrong type, or out of their bounds."""


class OutOfRange(RulesError, ArithmeticError):
    """A result is too large to be computed exactly.  It is refused, never wrapped or rounded."""


class Wrong(Exception):
    """Raised while one value or sub-expression is checked; whoever knows the place makes it a ``Problem``."""

    def __init__(self, code: str, *, suggestion: str | None = None, **words: object) -> None:
        self.code, self.suggestion, self.words = code, suggestion, words
        super().__init__(code)

    def at(self, definition: str, source: str = "", span: Span | None = None) -> Problem:
        """The problem, at its place."""
        return _problem(self.code, definition, source, span, self.suggestion, self.words)


def problem(
    code: str,
    definition: str = "",
    *,
    source: str = "",
    span: Span | None = None,
    suggestion: str | None = None,
    **words: object,
) -> Problem:
    """Word a problem from the catalogue of messages, and find its line and column in ``source``."""
    return _problem(code, definition, source, span, suggestion, words)


def _problem(
    code: str,
    definition: str,
    source: str,
    span: Span | None,
    suggestion: str | None,
    words: Mapping[str, object],
) -> Problem:
    zh, en = MESSAGES[code]
    before = source[: span.start] if span else ""
    return Problem(
        code,
        definition,
        zh.format(**words),
        en.format(**words),
        span,
        suggestion,
        line=before.count("\n") + 1,
        column=len(before) - (before.rfind("\n") + 1) + 1,
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like the one written, as a suggestion; ``None`` if none is close."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
