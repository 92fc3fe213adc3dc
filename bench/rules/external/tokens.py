"""The words of FEEL and of zen's language, as far as their literals, names and operators agree."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.rules.external.verdict import NotCovered

PATTERN = re.compile(
    r"""\s*(?:
      (?P<number>\d[\d_]*(?:\.(?!\.)\d+)?(?:[eE][+-]?\d+)?)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<name>\$(?!\w)|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    | (?P<method>\.[A-Za-z]\w*)
    | (?P<sign>\.\.|==|!=|<>|<=|>=|\?\?|[-+*/%^<>=(),?:\[\]])
    )""",
    re.VERBOSE,
)
FOREIGN = {
    "`": "template strings",
    "#": "lists, closures and functions over them",
    "{": "objects",
    ";": "assignment and programs",
    "|": "closures or bit operators",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word: ``kind`` is number, text, name, method, sign or end."""

    kind: str
    word: str


def tokens(source: str) -> list[Token]:
    """The words of an expression. Raises ``NotCovered`` at a sign that our language has no use for."""
    for sign, reason in FOREIGN.items():
        if sign in re.sub(r"\"[^\"]*\"|'[^']*'", "", source):
            raise NotCovered(reason)
    found, place = list[Token](), 0
    while place < len(source.rstrip()):
        match = PATTERN.match(source, place)
        if match is None or match.lastgroup is None:
            raise NotCovered("other syntax")
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return [*found, Token("end", "")]
