"""Freezing an answer so that it can be replayed years later, and told apart from one that was touched.

A frozen answer is one JSON document that needs nothing else to be read: the facts with their sources, the pack and its
settings, every rule that took part as it was written then, every figure in force, and the results with their reasons.
It is written canonically (sorted keys, no floats), so that its digest is the same everywhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from kaichuang.rules.measures import Answers, Rulebook, evaluate
from kaichuang.rules.measures.values import Value

FORMAT = "kaichuang-answer/1"


class Tampered(Exception):
    """A frozen answer whose content does not fit its digest."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it was: ``what`` is pack, definition, figure, or result."""

    what: str
    name: str
    then: Any
    now: Any

    def __str__(self) -> str:
        return f"{self.what} {self.name}: {self.then} → {self.now}"


@dataclass(frozen=True)
class Replay:
    """A frozen answer asked again."""

    answers: Answers
    results: tuple[Difference, ...]
    """Results that came out differently."""
    rules: tuple[Difference, ...] = field(default=())
    """Definitions and figures that are no longer as they were."""

    @property
    def same(self) -> bool:
        """Whether every result is as it was, to the fen."""
        return not self.results


def freeze(
    answers: Answers, *, sources: Mapping[str, Any] | None = None, measures: Iterable[str] | None = None
) -> dict[str, Any]:
    """An answer as a document. ``sources`` tell for each fact where it came from (any plain data without floats)."""
    book = answers.book
    ids = tuple(answers) if measures is None else tuple(measures)
    names = book.program.needed_for(dict.fromkeys(n for id_ in ids for n in book.names_of(id_)))
    reads = {used for name in names for used in book.program.uses(name)}
    tables = {book.table_of(name) for name in reads} - {None}
    overrides, opened = book.split_settings(answers.settings)
    document = {
        "format": FORMAT,
        "pack": {"id": book.id, "version": book.version, "hash": book.hash},
        "as_of": answers.case.as_of.isoformat(),
        "measures": sorted(ids),
        "settings": {name: written(value) for name, value in {**overrides, **opened}.items()},
        "facts": {n: written(v) for n, v in answers.case.values.items() if n in reads - answers.case.taken},
        "assumed": sorted(name for name in answers.case.assumed if name in reads),
        "tables": {code: _rows(answers, str(code)) for code in sorted(str(table) for table in tables)},
        "sources": {name: source for name, source in (sources or {}).items() if name in reads | tables},
        "figures": {n: written(v) for n, v in book.figures(answers.settings).items() if n in reads},
        "definitions": {name: book.program.source_of(name) for name in names},
        "values": {name: written(answers.trace.values[name]) for name in names},
        "results": {id_: _plain(answers[id_].as_dict()) for id_ in ids},
    }
    return {**document, "digest": digest(document)}


def replay(document: Mapping[str, Any], book: Rulebook) -> Replay:
    """Ask a frozen answer again of a pack, the same or a newer one.

    Raises ``Tampered`` where the document was touched, ``ValueError`` where it is none of ours.
    """
    verify(document)
    settings = {n: read(v) for n, v in document["settings"].items() if n in set(book.setting_names)}
    facts: dict[str, Any] = {name: read(value) for name, value in document["facts"].items()}
    for code, rows in document["tables"].items():
        facts[code] = None if rows is None else [{n: read(c) for n, c in row.items()} for row in rows]
    day = dt.date.fromisoformat(document["as_of"])
    ids = [id_ for id_ in document["measures"] if id_ in book.plans]
    answers = evaluate(book, facts, as_of=day, measures=ids, settings=settings)
    return Replay(answers, tuple(_results(document, answers)), tuple(_rules(document, answers)))


def verify(document: Mapping[str, Any]) -> None:
    """Whether a document is whole. Raises ``Tampered`` or ``ValueError``."""
    if document.get("format") != FORMAT:
        raise ValueError(f"不是冻结的答复(应为 {FORMAT}) | not a frozen answer ({FORMAT})")
    content = {name: value for name, value in document.items() if name != "digest"}
    if digest(content) != document.get("digest"):
        raise Tampered("内容与校验值不符，记录被改动过 | the content does not fit its digest: it was changed")


def canonical(document: Mapping[str, Any]) -> str:
    """The one text of a document. Raises ``ValueError`` for floats, which have more than one."""
    _no_floats(document)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def written(value: Value | None) -> Any:
    """A value that says its type: money and counts are whole numbers, ratios and days are marked."""
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, Fraction):
        return {"ratio": f"{value.numerator}/{value.denominator}"}
    return value


def read(value: Any) -> Value | None:
    """The value again."""
    if isinstance(value, Mapping):
        if "date" in value:
            return dt.date.fromisoformat(value["date"])
        return Fraction(value["ratio"])
    found: Value | None = value
    return found


def _rows(answers: Answers, code: str) -> list[dict[str, Any]] | None:
    rows = answers.case.tables.get(code)
    if rows is None:
        return None
    return [{name: written(cell) for name, cell in row.items()} for row in rows]


def _plain(data: Any) -> Any:
    return json.loads(json.dumps(data, ensure_ascii=False))


def _no_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError(f"浮点数不能冻结：{value} | a float cannot be frozen: {value}")
    parts = (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    )
    for part in parts:
        _no_floats(part)


def _results(document: Mapping[str, Any], answers: Answers) -> Iterable[Difference]:
    for id_, then in document["results"].items():
        if id_ not in answers:
            yield Difference("result", id_, then["status"], None)
            continue
        now = _plain(answers[id_].as_dict())
        for name in ("status", "amount", "payable", "allowed", "budget"):
            if then[name] != now[name]:
                yield Difference("result", f"{id_}.{name}", then[name], now[name])
        for old, new in zip(then["outcomes"], now["outcomes"], strict=False):
            if old["value"] != new["value"]:
                yield Difference("result", f"{id_}.{old['id']}", old["value"], new["value"])


def _rules(document: Mapping[str, Any], answers: Answers) -> Iterable[Difference]:
    book = answers.book
    then, now = document["pack"], {"id": book.id, "version": book.version, "hash": book.hash}
    if then["hash"] == now["hash"]:
        return
    yield Difference(
        "pack", then["id"], f"{then['version']} {then['hash'][:12]}", f"{book.version} {book.hash[:12]}"
    )
    known = book.program.compiled
    for name, source in document["definitions"].items():
        current = book.program.source_of(name) if name in known else None
        if current != source:
            yield Difference("definition", name, source, current)
    figures = book.figures(answers.settings)
    for name, value in document["figures"].items():
        current = written(figures[name]) if name in figures else None
        if current != value:
            yield Difference("figure", name, value, current)
