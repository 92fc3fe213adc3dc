"""Steps written as CASE: branches that are never taken, and cases that no branch answers."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp, parse_one

from kaichuang.rules.lang.syntax import Rules, span_of
from kaichuang.rules.measures import Measure

from .context import Doubt, Lint
from .probing import Row, probe
from .sources import Path, sources_of


def branches(lint: Lint) -> Iterator[Doubt]:
    """Every CASE in the amounts, steps, outcomes and ceilings of a measure, tried at each bound that it names."""
    for measure in lint.measures:
        for path, source in _sources(measure):
            text = lint.qualified(measure, source)
            for tree in parse_one(text, read=Rules).find_all(exp.Case):
                conditions = _conditions(tree, text)
                rows = probe(lint.book, conditions)
                if rows:
                    yield from _findings(tree, conditions, rows, ("measures", measure.id, path))


def _sources(measure: Measure) -> Iterator[tuple[Path, str]]:
    yield from sources_of(measure)
    for name, let in measure.let.items():
        yield ("let", name, "value"), let.value
    for at, outcome in enumerate(measure.outcomes):
        yield ("outcomes", at, "value"), outcome.value
    for at, cap in enumerate(measure.caps):
        yield ("caps", at, "limit"), cap.limit


def _conditions(tree: exp.Case, source: str) -> list[str]:
    """The conditions of the branches, as they are written."""
    whens = [_text(branch.this, source) for branch in tree.args["ifs"]]
    return [f"({_text(tree.this, source)}) = ({when})" for when in whens] if tree.this else whens


def _text(tree: exp.Expression, source: str) -> str:
    span = span_of(tree, source)
    return source[span.start : span.end] if span is not None else tree.sql(dialect=Rules)


def _findings(
    tree: exp.Case, conditions: list[str], rows: list[Row], place: tuple[str, str, Path]
) -> Iterator[Doubt]:
    for at, text in enumerate(conditions):
        holds = [row for row in rows if row[at] is True]
        if holds and not any(row[:at].count(False) == at for row in holds):
            zh = f"第 {at + 1} 个分支（{text}）被前面的分支盖住，永远用不到"
            en = f"branch {at + 1} ({text}) is hidden by those before it"
            yield Doubt(
                "unreachable", place, zh, en, "把更严的条件写在前面 | put the narrower condition first"
            )
    answered = tree.args.get("default") is not None or place[2][0] == "outcomes"  # a result may be absent
    if not answered and any(all(answer is False for answer in row) for row in rows):
        zh, en = (
            "CASE 没有 ELSE：不符合任何分支时结果不明",
            "a CASE without ELSE: on no branch the result is unknown",
        )
        yield Doubt("gap", place, zh, en, "写 ELSE | write ELSE")
