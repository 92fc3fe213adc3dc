"""What a list shows: columns declared by the caller, lines with their cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaichuang.kit.money import MAX_FEN
from kaichuang.kit.problems import Problem
from kaichuang.parties.models import Party
from kaichuang.publicity import masking

KINDS = ("text", "money", "int", "date", "masked")
_CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_LONGEST = 500
_SHOWN = 30
"""So many problems of one list are told at once."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column: `kind` is text, money (fen), int, date or masked (text of which part is hidden).

    With `mask` (a word of `masking.MASKS`) the cells are masked here, before they are stored; without it the
    caller has masked them.
    """

    code: str
    zh: str
    en: str = ""
    kind: str = "text"
    mask: str = ""

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.en if self.en and (get_language() or "").startswith("en") else self.zh

    def stored(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LineSpec:
    """One line: what it is about (any row, named as in the journal), whom, and the cells by column code."""

    subject: models.Model | None
    cells: Mapping[str, Any]
    party: Party | None = None
    amount_fen: int | None = None

    @property
    def reference(self) -> tuple[str, str]:
        if self.subject is None:
            return "", ""
        return self.subject._meta.label_lower, str(self.subject.pk)


@dataclass(slots=True)
class Checked:
    """A list as it will be stored, and what is wrong with it."""

    lines: list[tuple[LineSpec, dict[str, Any]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def check(columns: Sequence[ColumnSpec], lines: Iterable[LineSpec]) -> Checked:
    """Mask and check every cell."""
    found = Checked(problems=list(_column_problems(columns)))
    by_code = {column.code: column for column in columns}
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, start=1):
        cells: dict[str, Any] = {}
        problems = list(_unknown(line, by_code, number))
        for column in columns:
            value = line.cells.get(column.code)
            if value is None or value == "":
                continue
            stored, wrong = _stored(column, value)
            cells[column.code] = stored
            problems += [_at(number, column, sentence) for sentence in wrong]
        if line.reference[0] and line.reference in seen:
            problems.append(Problem("line_twice", _("第%(n)s行与前面某一行是同一对象。") % {"n": number}))
        if line.amount_fen is not None and not 0 <= line.amount_fen <= MAX_FEN:
            problems.append(Problem("line_amount", _("第%(n)s行的金额不能为负数。") % {"n": number}))
        seen.add(line.reference)
        found.problems += problems[: max(0, _SHOWN - len(found.problems))]
        found.lines.append((line, cells))
    if not found.lines:
        found.problems.append(Problem("no_lines", _("公示名单是空的，请至少列入一行。"), field="lines"))
    return found


def _column_problems(columns: Sequence[ColumnSpec]) -> Iterator[Problem]:
    codes = [column.code for column in columns]
    if not columns or len(set(codes)) != len(codes):
        yield Problem("columns", _("请至少声明一列，且各列代号不能重复。"), field="columns")
    for column in columns:
        known = column.kind in KINDS and (not column.mask or column.mask in masking.MASKS)
        if not (known and _CODE.match(column.code) and column.zh.strip()):
            message = _("列“%(code)s”的代号、标题、类型或脱敏方式无效。") % {"code": column.code}
            yield Problem("column", message, field="columns")


def _unknown(line: LineSpec, known: Mapping[str, ColumnSpec], number: int) -> Iterator[Problem]:
    for code in line.cells.keys() - known.keys():
        message = _("第%(n)s行有未声明的列“%(code)s”。") % {"n": number, "code": code}
        yield Problem("cell_unknown", message, field="lines")


def _at(number: int, column: ColumnSpec, sentence: str) -> Problem:
    place = _("第%(n)s行“%(column)s”：") % {"n": number, "column": column.zh}
    return Problem("cell", place + sentence, field="lines")


def _stored(column: ColumnSpec, value: Any) -> tuple[Any, list[str]]:
    if column.kind in {"money", "int"}:
        right = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_FEN
        return value, [] if right else [_("应为整数（金额以分为单位）。")]
    if column.kind == "date":
        day = value.isoformat() if isinstance(value, date) else str(value)
        try:
            return date.fromisoformat(day[:10]).isoformat(), []
        except ValueError:
            return "", [_("应为日期，例如 2026-03-01。")]
    text = str(value).replace("\x00", "").strip()
    if column.mask:
        text = masking.MASKS[column.mask](text) if column.mask in masking.MASKS else ""
    wrong = [_("文字过长。")] if len(text) > _LONGEST else []
    return text, wrong + [exposed(kind) for kind in sorted(set(masking.numbers_in(text)))]


def exposed(kind: str) -> str:
    """The sentence for a full personal number where none may stand."""
    return {
        "identity_number": _("含有完整的身份证号，请先脱敏。"),
        "phone": _("含有完整的手机号码，请先脱敏。"),
        "bank_account": _("含有完整的银行卡号，请先脱敏。"),
    }[kind]
