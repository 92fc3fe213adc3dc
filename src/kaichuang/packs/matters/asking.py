"""What a matter relies on is asked for: numbers of claims, conditions of papers, tables of papers row by row."""

from __future__ import annotations

from collections.abc import Iterator

from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.facts import Described

from ..flow import Flaw
from ..problems import nearest
from ..schema.matters import Key, Matter, Paper
from .asked import APPLICANT, asked_names

Path = tuple[str | int, ...]


def flaws_of(matter: Matter, book: Rulebook) -> Iterator[Flaw]:
    """References to facts and tables that are missing, of the wrong kind, or that nobody is asked for."""
    asked = set(asked_names(book, matter))
    yield from _asks(matter, book)
    for at, key in enumerate(matter.keys):
        yield from _key(key, ("keys", at), asked, book)
    for at, paper in enumerate(matter.papers):
        yield from _per_row(paper, ("papers", at, "per_row"), asked, book)
        yield from _when(paper, ("papers", at, "when"), asked, book)


def _asks(matter: Matter, book: Rulebook) -> Iterator[Flaw]:
    names = {*book.facts, *book.collections}
    for at, name in enumerate(matter.asks):
        path = ("asks", at)
        if name not in names:
            yield _missing(path, name, names, "事实或明细表", "fact or table", "facts")
            continue
        fact = book.facts.get(name)
        suppliers = (fact or book.collections[name]).suppliers
        if fact is not None and fact.formula is not None:
            zh, en = (
                f"“{name}”由公式得出，不能填报",
                f"“{name}” is derived by a formula and cannot be asked for",
            )
            yield Flaw(path, zh, en, "改问公式所用的事实 | ask for what the formula reads", code="asks")
        elif fact is not None and suppliers and APPLICANT not in suppliers:
            zh = f"“{name}”由{'、'.join(suppliers)}提供，申请人填写的不会采用"
            en = f"“{name}” is supplied by {', '.join(suppliers)}: what an applicant says is not taken"
            yield Flaw(
                path,
                zh,
                en,
                "在 suppliers 中加 applicant，或不问 | add applicant to its suppliers",
                code="asks",
            )


def _key(key: Key, path: Path, asked: set[str], book: Rulebook) -> Iterator[Flaw]:
    """A number by which a second claim is found: written by the applicant, and different from claim to claim."""
    described: Described
    if key.table is None:
        if key.name not in book.facts:
            hint = next(
                (f"table: {code}" for code, one in book.collections.items() if _column(one, key.name)), None
            )
            found = hint or nearest(key.name, book.facts)
            zh, en = f"没有事实“{key.name}”", f"no such fact: “{key.name}”"
            yield Flaw((*path, "name"), zh, en, found, code="facts")
            return
        place, described = (*path, "name"), book.facts[key.name]
        field = key.name
    else:
        if key.table not in book.collections:
            yield _missing((*path, "table"), key.table, book.collections, "明细表", "table", "tables")
            return
        columns = {column.code: column for column in book.collections[key.table].columns}
        if key.name not in columns:
            zh, en = (
                f"表“{key.table}”没有“{key.name}”一列",
                f"the table “{key.table}” has no column “{key.name}”",
            )
            hint = nearest(key.name, columns) or "、".join(columns)
            yield Flaw((*path, "name"), zh, en, hint, code="column")
            return
        place, described = (*path, "table"), columns[key.name]
        field = key.table
    yield from _tells_apart(key, described, (*path, "name"))
    if field not in asked:
        yield _unasked(place, field, "核对重复的编号", "the number that is compared")


def _tells_apart(key: Key, described: Described, path: Path) -> Iterator[Flaw]:
    if described.type not in ("text", "int") or described.values or getattr(described, "formula", None):
        zh = f"“{key.name}”不是编号，不能用来核对重复"
        en = f"“{key.name}” is no number: claims cannot be told apart by it"
        yield Flaw(path, zh, en, "用文字型的编号 | use a text without a list of values", code="key")


def _per_row(paper: Paper, path: Path, asked: set[str], book: Rulebook) -> Iterator[Flaw]:
    name = paper.per_row
    if name is None:
        return
    if name not in book.collections:
        yield _missing(path, name, book.collections, "明细表", "table", "tables")
    elif name not in asked:
        yield _unasked(path, name, "逐行材料的明细表", "the table of papers asked for row by row")


def _when(paper: Paper, path: Path, asked: set[str], book: Rulebook) -> Iterator[Flaw]:
    """The condition of a paper is a truth value that can become known in this matter."""
    name = paper.when
    if name is None:
        return
    program = book.program
    names = [code for code in (*program.fields, *program.compiled) if "." not in code]
    types = {code: program.type_of(code).name.lower() for code in names}
    if name not in types:
        truths = [code for code, kind in types.items() if kind == "bool"]
        yield _missing(path, name, truths, "是非事实", "yes/no fact", "facts")
    elif types[name] != "bool":
        zh, en = f"“{name}”不是是非事实", f"“{name}” is not a yes/no fact"
        yield Flaw(
            path, zh, en, nearest(name, [code for code, kind in types.items() if kind == "bool"]), code="when"
        )
    elif not _can_be_known(name, asked, book):
        yield _unasked(path, name, "材料的条件", "the condition of the paper")


def _can_be_known(name: str, asked: set[str], book: Rulebook) -> bool:
    """Told by the applicant here, supplied by another, or computed from such."""
    read = book.program.depends_on(name) if name in book.program.compiled else frozenset()
    leaves = [one for one in read or (name,) if one in book.facts and book.facts[one].formula is None] or [
        name
    ]
    for leaf in leaves:
        fact = book.facts.get(leaf)
        others = fact is not None and set(fact.suppliers) - {APPLICANT}
        if leaf not in asked and not others and book.table_of(leaf) not in asked:
            return False
    return True


def _column(table: object, name: str) -> bool:
    return any(column.code == name for column in getattr(table, "columns", ()))


def _missing(path: Path, name: str, known: object, zh: str, en: str, code: str) -> Flaw:
    words = list(known)  # type: ignore[call-overload]  # a mapping, a set or a list of names
    return Flaw(path, f"没有{zh}“{name}”", f"no such {en}: “{name}”", nearest(name, words), code=code)


def _unasked(path: Path, name: str, zh: str, en: str) -> Flaw:
    return Flaw(
        path,
        f"申请人不会被问到“{name}”，{zh}无从得知",
        f"nobody is asked for “{name}”: {en} stays unknown",
        f"asks: [{name}]",
        code="unasked",
    )
