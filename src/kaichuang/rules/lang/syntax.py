"""From source text to sqlglot's tree, with places and names.  The grammar is SQL's scalar expressions."""

from __future__ import annotations

import re
from functools import lru_cache, reduce
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError

from kaichuang.rules.lang.errors import Problem, Span, problem

WORDS = frozenset(
    {"AND", "OR", "NOT", "IN", "IS", "NULL", "TRUE", "FALSE"}
    | {"CASE", "WHEN", "THEN", "ELSE", "END", "BETWEEN", "DATE"}
)
"""The reserved words.  SQL's other words (GRANT, ORDER, LEVEL …) are names like any other."""


class Rules(Dialect):
    """SQL's scalar grammar with few reserved words and no functions: every function name reaches our own table."""

    class Tokenizer(tokens.Tokenizer):
        """The words of scalar expressions, and all operators."""

        KEYWORDS: ClassVar[dict[str, Any]] = {
            word: token
            for word, token in tokens.Tokenizer.KEYWORDS.items()
            if word in WORDS or not any(letter.isalpha() for letter in word)
        }

    class Parser(parser.Parser):
        """The scalar parser, with the tables of built-in functions emptied."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}


class SyntaxProblem(Exception):
    """The text cannot be read at all."""

    def __init__(self, found: Problem) -> None:
        self.problem = found
        super().__init__(str(found))


def parse(definition: str, source: str) -> exp.Expression:
    """Read one expression.

    Raises ``SyntaxProblem`` with the place if the text is not an expression.
    """
    if not source.strip():
        raise SyntaxProblem(problem("syntax", definition, detail="∅"))
    try:
        tree = _parse(source)
    except ParseError as error:
        raise SyntaxProblem(_located(definition, source, error)) from error
    except SqlglotError as error:
        raise SyntaxProblem(problem("syntax", definition, detail=_plain(str(error)))) from error
    return tree


@lru_cache(maxsize=4096)
def _parse(source: str) -> exp.Expression:
    tree = sqlglot.parse_one(source, read=Rules)
    assert isinstance(tree, exp.Expression)
    return tree


def _located(definition: str, source: str, error: ParseError) -> Problem:
    first = error.errors[0] if error.errors else {}
    near = str(first.get("highlight") or "")
    lines = source.split("\n")[: int(first.get("line") or 1)]
    end = sum(len(line) + 1 for line in lines[:-1]) + int(first.get("col") or 0)
    span = Span(max(0, min(end, len(source)) - max(1, len(near))), min(end, len(source)))
    detail = _plain(str(first.get("description") or error))
    return problem("syntax", definition, source=source, span=span, detail=f"“{near}” {detail}".strip())


def _plain(message: str) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", message).split("\n")[0]
    text = re.sub(
        r"Required keyword: '\w+' missing for <class '[\w.]*\.(\w+)'>", r"operand missing (\1)", text
    )
    return text.strip(" .")


def column_name(tree: exp.Expression) -> str | None:
    """The dotted name of a reference, or ``None`` if the node is not one."""
    if isinstance(tree, exp.Column) and isinstance(tree.this, exp.Identifier):
        return ".".join(part.name for part in tree.parts)
    if isinstance(tree, exp.Dot) and isinstance(tree.expression, exp.Identifier):
        left = column_name(tree.this)
        return f"{left}.{tree.expression.name}" if left else None
    return None


def names_in(tree: exp.Expression) -> set[str]:
    """All names that an expression refers to."""
    found: set[str] = set()
    pending: list[exp.Expression] = [tree]
    while pending:
        node = pending.pop()
        name = column_name(node)
        if name is not None:
            found.add(name)
        elif isinstance(node, exp.Is):
            pending.append(node.this)  # what follows IS is a word of the language
        else:
            pending.extend(child for child in node.iter_expressions())
    return found


def span_of(tree: exp.Expression, source: str) -> Span | None:
    """Where an expression stands in its source: from its first word to its last, brackets and END included."""
    spans = [Span(tree.meta["start"], tree.meta["end"] + 1)] if "start" in tree.meta else []
    spans += [span for child in tree.iter_expressions() if (span := span_of(child, source)) is not None]
    if not spans:
        return None
    return _extended(tree, reduce(Span.join, spans), source)


def _extended(tree: exp.Expression, span: Span, source: str) -> Span:
    """A span with the words that sqlglot gives no place: brackets, CASE … END, NOT, minus."""
    if isinstance(tree, exp.Anonymous):
        return Span(span.start, _closing(source, span.start, span.end))
    around = SURROUNDINGS.get(type(tree))
    return Span(*_around(source, span, *around)) if around else span


SURROUNDINGS: dict[type[exp.Expression], tuple[str, str]] = {
    exp.Case: (r"\bcase\s*(?:when\s*)?$", r"^\s*(?:else\s+null\s+)?end\b"),
    exp.Paren: (r"\(\s*$", r"^\s*\)"),
    exp.In: (r"$", r"^\s*\)"),
    exp.Is: (r"$", r"^\s*is\s+(?:not\s+)?(?:null|true|false|unknown)\b"),
    exp.Neg: (r"-\s*$", r"^"),
    exp.Not: (r"\bnot\s*$", r"^"),
    exp.If: (r"\bif\s*\(\s*$", r"^\s*\)"),
    exp.Cast: (r"\bdate\s*$", r"^"),
}


def _closing(source: str, start: int, at_least: int) -> int:
    depth, position = 0, source.find("(", start)
    while 0 <= position < len(source):
        letter = source[position]
        if letter == "'":
            position = source.find("'", position + 1)
            if position < 0:
                break
        depth += (letter == "(") - (letter == ")")
        position += 1
        if depth == 0:
            return max(position, at_least)
    return at_least


def _around(source: str, span: Span, before: str, after: str) -> tuple[int, int]:
    head = re.search(before, source[: span.start], re.IGNORECASE)
    tail = re.search(after, source[span.end :], re.IGNORECASE)
    return (head.start() if head else span.start), (span.end + tail.end() if tail else span.end)


def quoted(name: str) -> str:
    """How a dotted name is written in an expression: parts that are not identifiers in double quotes."""
    return ".".join(part if part.isidentifier() else f'"{part}"' for part in name.split("."))
