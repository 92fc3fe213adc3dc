"""Expressions of FEEL and zen as expressions of ours; what has no counterpart raises ``NotCovered`` with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bench.rules.external.tokens import Token, tokens
from bench.rules.external.verdict import NotCovered

LISTS = "lists, closures and functions over them"
WORDS = "functions on text"
TIMES = "times, durations and time zones"
TYPES = "conversion and inspection of types"
NUMBERS = "powers, random numbers and rounding to decimals"
ON_LISTS = "map filter some all one none count flatMap keys values merge mergeDeep median mode sort"
ON_WORDS = "len lower upper trim endsWith contains matches extract fuzzyMatch split join replace"
REASONS = {
    **dict.fromkeys(ON_LISTS.split(), LISTS),
    **dict.fromkeys(ON_WORDS.split(), WORDS),
    **dict.fromkeys(("string", "number", "bool", "isNumeric", "type"), TYPES),
    **dict.fromkeys(("rand", "trunc", "sqrt"), NUMBERS),
}
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
PARTS = {"year": "year", "monthOfYear": "month", "dayOfMonth": "day", "month": "month", "day": "day"}
COMPARISONS = {"=": "=", "==": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
Names = Callable[[str], str]


def plain(path: str) -> str:
    """A foreign name as one of ours: ``customer.joinDate`` is ``in_customer_joindate``."""
    return "in_" + re.sub(r"\W+", "_", path).strip("_").lower()


def text(word: str) -> str:
    """A quoted word in our quotes."""
    return "'" + word[1:-1].replace("\\", "").replace("'", "''") + "'"


class Translator:
    """One expression; ``subject`` is what ``$`` and the shorthand of cells speak of, ``named`` maps foreign names.

    ``assigns`` tells that a single ``=`` sets a name (zen) rather than comparing (FEEL).
    """

    def __init__(
        self, source: str, *, subject: str = "", named: Names = plain, assigns: bool = False
    ) -> None:
        self.words = tokens(source)
        self.place = 0
        self.subject = subject
        self.named = named
        self.assigns = assigns

    # -- words ------------------------------------------------------------------------------------------------------

    @property
    def next(self) -> Token:
        """The word that comes."""
        return self.words[self.place]

    def take(self) -> Token:
        """The word that comes, and on to the one after it."""
        self.place += 1
        return self.words[self.place - 1]

    def accept(self, *words: str) -> str | None:
        """One of these words, if it comes."""
        if self.next.kind in ("sign", "name") and self.next.word in words:
            return self.take().word
        return None

    def need(self, word: str) -> None:
        """This word must come."""
        if self.accept(word) is None:
            raise NotCovered("other syntax")

    @property
    def done(self) -> bool:
        """Whether all words were read."""
        return self.next.kind == "end"

    # -- grammar, loosest first -------------------------------------------------------------------------------------

    def whole(self) -> str:
        """The whole expression."""
        source = self.choice()
        if not self.done:
            raise NotCovered("assignment and programs" if self.next.word == "=" else "other syntax")
        return source

    def choice(self) -> str:
        """``a ? b : c``."""
        test = self.otherwise()
        if self.accept("?") is None:
            return test
        yes = self.choice()
        self.need(":")
        return f"CASE WHEN {test} THEN {yes} ELSE {self.choice()} END"

    def otherwise(self) -> str:
        """``a ?? b``."""
        found = [self.disjunction()]
        while self.accept("??"):
            found.append(self.disjunction())
        return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"

    def disjunction(self) -> str:
        """``a or b``."""
        return self._joined("or", "OR", self.conjunction)

    def conjunction(self) -> str:
        """``a and b``."""
        return self._joined("and", "AND", self.negation)

    def _joined(self, word: str, ours: str, below: Callable[[], str]) -> str:
        found = [below()]
        while self.accept(word):
            found.append(below())
        return found[0] if len(found) == 1 else "(" + f" {ours} ".join(found) + ")"

    def negation(self) -> str:
        """``not a``."""
        return f"(NOT {self.negation()})" if self.accept("not") else self.comparison()

    def comparison(self) -> str:
        """``a < b``, ``a in [1..5]``."""
        left = self.total()
        sign = self.accept(*COMPARISONS)
        if sign == "=" and self.assigns:
            raise NotCovered("assignment and programs")
        if sign is not None:
            return f"({left} {COMPARISONS[sign]} {self.total()})"
        if self.accept("in"):
            return self.membership(left)
        if self.next.word == "not" and self.words[self.place + 1].word == "in":
            self.place += 2
            return f"(NOT {self.membership(left)})"
        return left

    def membership(self, left: str) -> str:
        """What follows ``in``: an interval or a list of literals."""
        if self.next.word not in ("[", "(", "]"):
            raise NotCovered(LISTS)
        opening = self.take().word
        first = self.choice()
        if self.accept(".."):
            last = self.choice()
            closing = self.take().word
            return interval(left, opening, first, last, closing)
        items = [first]
        while self.accept(","):
            items.append(self.choice())
        self.need("]" if opening == "[" else ")")
        return f"({left} IN ({', '.join(items)}))"

    def total(self) -> str:
        """``a + b - c``."""
        left = self.product()
        while (sign := self.accept("+", "-")) is not None:
            left = f"({left} {sign} {self.product()})"
        return left

    def product(self) -> str:
        """``a * b / c % d``."""
        left = self.sign()
        while (sign := self.accept("*", "/", "%")) is not None:
            left = f"({left} {sign} {self.sign()})"
        if self.next.word == "^":
            raise NotCovered(NUMBERS)
        return left

    def sign(self) -> str:
        """``-a``."""
        return f"(-{self.sign()})" if self.accept("-") else self.value()

    def value(self) -> str:
        """Something with the methods called on it: ``d('2023-10-15').add(1, 'M').year()``."""
        made = self.atom()
        while self.next.kind == "method":
            made = method(made, self.take().word[1:], self.arguments())
        return made

    def arguments(self) -> list[str]:
        """What stands between the brackets of a call."""
        self.need("(")
        given = [] if self.next.word == ")" else [self.choice()]
        while self.accept(","):
            given.append(self.choice())
        self.need(")")
        return given

    def atom(self) -> str:
        """A literal, a name, a call or something in brackets."""
        token = self.take()
        if token.kind == "number":
            return token.word.replace("_", "")
        if token.kind == "text":
            return text(token.word)
        if token.kind == "name":
            return self.call(token.word) if self.next.word == "(" else self.name(token.word)
        if token.word == "(":
            inside = self.choice()
            self.need(")")
            return f"({inside})"
        raise NotCovered(LISTS if token.word == "[" else "other syntax")

    def name(self, word: str) -> str:
        """A name or one of the constants."""
        if self.next.word == "[":
            raise NotCovered(LISTS)
        if word == "$":
            return f"({self.subject})"
        constants: Mapping[str, str] = {"true": "TRUE", "false": "FALSE", "null": "NULL"}
        return constants.get(word, "") or self.named(word)

    def call(self, word: str) -> str:
        """A function call."""
        if word in ("min", "max", "sum", "avg") and self.words[self.place + 1].word == "[":
            self.need("(")
            return self._over_list(word)
        if word in REASONS:
            raise NotCovered(REASONS[word])
        return called(word, self.arguments())

    def _over_list(self, word: str) -> str:
        self.need("[")
        items = [self.choice()]
        if self.next.word == "..":
            raise NotCovered(LISTS)
        while self.accept(","):
            items.append(self.choice())
        self.need("]")
        self.need(")")
        if len(items) == 1 and word != "avg":
            return items[0]
        joined = ", ".join(items)
        made = {"min": f"least({joined})", "max": f"greatest({joined})", "sum": f"sum_of({joined})"}
        return made.get(word, f"(sum_of({joined}) / {len(items)})")


def called(word: str, given: list[str]) -> str:
    """A call with the arguments in our words."""
    only = given[0] if given else ""
    if word in ("d", "date") and len(given) == 1:
        return day(only)
    if word in PARTS and len(given) == 1:
        return f"{PARTS[word]}({day(only)})"
    if word in ("floor", "ceil", "round") and len(given) == 1:
        if re.match(r"^\d+\.\d+$", only) or word == "round":
            way = {"floor": "down", "ceil": "up", "round": "half_up"}[word]
            return f"scale(1, {only}, '{way}')"
        raise NotCovered(NUMBERS)
    if word == "abs" and len(given) == 1:
        return f"abs({only})"
    if word == "not" and len(given) == 1:
        return f"(NOT {only})"
    if word == "startsWith" and len(given) == 2:
        return f"starts_with({only}, {given[1]})"
    raise NotCovered(NUMBERS if word in ("floor", "ceil", "round") else TIMES)


RELATIONS = {"isBefore": "<", "isAfter": ">", "isSame": "=", "isSameOrBefore": "<=", "isSameOrAfter": ">="}
UNITS = {"d": "add_days", "M": "add_months", "y": "add_years"}
MOVED = re.compile(r"^'(\d+)([dMy])'$")


def method(subject: str, word: str, given: list[str]) -> str:
    """A method of zen's dates, as far as whole days go."""
    if not subject.startswith(("DATE ", *UNITS.values())):
        raise NotCovered(TIMES)
    if word in RELATIONS and len(given) == 1:
        return f"({subject} {RELATIONS[word]} {day(given[0])})"
    if word in ("year", "month", "day", "quarter") and not given:
        return f"{word}({subject})"
    if word in ("add", "sub") and given:
        joined = MOVED.match(given[0]) if len(given) == 1 else None
        number, unit = joined.groups() if joined else (given[0], given[-1].strip("'"))
        if unit in UNITS:
            return f"{UNITS[unit]}({subject}, {'-' if word == 'sub' else ''}{number})"
    raise NotCovered(TIMES)


def day(source: str) -> str:
    """A day: a literal, a name that holds one, or a day already."""
    if source.startswith(("DATE ", *UNITS.values())) or re.match(r"^[a-z_]\w*$", source):
        return source
    if source.startswith("'") and DAY.match(source[1:-1]):
        return f"DATE {source}"
    raise NotCovered(TIMES)


def interval(left: str, opening: str, first: str, last: str, closing: str) -> str:
    """``[a..b)`` as two comparisons; FEEL also opens with ``]`` and closes with ``[``."""
    above = ">=" if opening == "[" else ">"
    below = "<=" if closing == "]" else "<"
    return f"({left} {above} {first} AND {left} {below} {last})"


def expression(source: str, *, subject: str = "", named: Names = plain, assigns: bool = False) -> str:
    """An expression in our language."""
    return Translator(source, subject=subject, named=named, assigns=assigns).whole()
