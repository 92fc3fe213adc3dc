"""Take over a list of organisations from a spreadsheet, with errors by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.parties.models import Party, PartyKind
from kaichuang.parties.operations.register import scope_of
from kaichuang.parties.permissions import may_keep_register
from kaichuang.parties.uscc import check_uscc
from kaichuang.places.models import Division, Programme
from kaichuang.places.queries.divisions import find_division

MAX_ROWS = 50_000
COLUMNS = {
    "name": ("名称", "单位名称", "企业名称", "name"),
    "uscc": ("统一社会信用代码", "社会信用代码", "uscc"),
    "division": ("所在地", "行政区划", "division"),
    "registered_on": ("成立日期", "注册日期", "registered_on"),
    "phone": ("联系电话", "电话", "phone"),
    "email": ("电子邮箱", "邮箱", "email"),
}
"""Our fields and the headings under which they are found; the first of each is the one we export."""

_REQUIRED = ("name", "uscc")


@dataclass(slots=True)
class Imported:
    """What came of an import."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    parties: list[Party] = field(default_factory=list)


@dataclass(slots=True)
class _Sheet:
    columns: dict[str, int]
    rows: list[list[Any]]


@transaction.atomic
def import_organisations(*, data: bytes, filename: str, actor: Actor, now: datetime, today: date) -> Imported:
    """Register or update the organisations of an Excel, WPS or CSV file.

    All or nothing: any wrong cell refuses the file, and every wrong cell is named (`Problem.field` is its
    address, like `B7`). An organisation whose code is known is updated by the cells that are filled.
    """
    require(may_keep_register(actor, None))
    sheet = _read(data, filename)
    known = {
        party.uscc: party
        for party in Party.objects.select_for_update(of=("self",))
        .filter(uscc__in=_codes(sheet))
        .order_by("id")
    }
    reader = _Reader(sheet, today=today)
    fresh, result = [], Imported()
    for values in reader:
        party = known.get(values["uscc"])
        if party is None:
            fresh.append(Party(kind=PartyKind.ORGANISATION, registered_in_id=actor.programme_id, **values))
        elif _apply(party, values):
            result.updated += 1
            party.save()
        else:
            result.unchanged += 1
    refuse_if(reader.problems)
    for party in fresh:
        party.index()
    result.parties = Party.objects.bulk_create(fresh, batch_size=1000)
    result.created = len(fresh)
    if actor.programme_id is not None:
        payload = {
            "file": filename,
            "created": result.created,
            "updated": result.updated,
            "codes": [party.uscc for party in fresh],
        }
        programme = Programme.objects.get(pk=actor.programme_id)
        record(
            actor=actor,
            now=now,
            action="import_organisations",
            subject=programme,
            scope=scope_of(actor),
            payload=payload,
        )
    return result


class _Reader:
    """Iterates over the good rows; what is wrong gathers in `problems`."""

    def __init__(self, sheet: _Sheet, *, today: date) -> None:
        self.sheet, self.today = sheet, today
        self.problems: list[Problem] = []
        self._divisions: dict[str, Division | None] = {}
        self._seen: dict[str, int] = {}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for number, row in enumerate(self.sheet.rows, start=2):
            cells = {name: _cell(row, column) for name, column in self.sheet.columns.items()}
            if not any(cells.values()):
                continue
            before = len(self.problems)
            values = self._values(cells, number)
            if len(self.problems) == before:
                yield values

    def _values(self, cells: dict[str, Any], number: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        name = str(cells["name"]).strip()
        if not name or len(name) > 200:
            self._wrong("name", number, _("请填写名称，最多200字。"))
        values["name"] = name
        values["uscc"] = self._uscc(str(cells["uscc"]), number)
        if cells.get("division"):
            values["division"] = self._division(str(cells["division"]).strip(), number)
        if cells.get("registered_on"):
            values["registered_on"] = self._date(cells["registered_on"], number)
        if cells.get("phone"):
            values["phone"] = str(cells["phone"]).strip()
        if cells.get("email"):
            values["email"] = self._email(str(cells["email"]).strip(), number)
        return values

    def _uscc(self, text: str, number: int) -> str:
        check = check_uscc(text)
        for problem in check.problems:
            self._wrong("uscc", number, str(problem))
        if check.is_valid and check.value in self._seen:
            message = _("与第%(row)s行的统一社会信用代码相同，请删除其中一行。") % {
                "row": self._seen[check.value]
            }
            self._wrong("uscc", number, message)
        self._seen.setdefault(check.value, number)
        return check.value

    def _division(self, text: str, number: int) -> Division | None:
        if text not in self._divisions:
            try:
                self._divisions[text] = find_division(text)
            except Refused as error:
                self._divisions[text] = None
                self._wrong("division", number, str(error))
        elif self._divisions[text] is None:
            self._wrong("division", number, _("所在地“%(text)s”同上，无法识别。") % {"text": text})
        return self._divisions[text]

    def _date(self, value: Any, number: int) -> date | None:
        found = _as_date(value)
        if found is None:
            message = _("“%(text)s”不是日期，应写作2020-01-31。") % {"text": value}
            self._wrong("registered_on", number, message)
        elif found > self.today:
            self._wrong("registered_on", number, _("成立日期不能晚于今天。"))
        return found

    def _email(self, text: str, number: int) -> str:
        try:
            validate_email(text)
        except ValidationError:
            self._wrong("email", number, _("“%(text)s”不是电子邮箱地址。") % {"text": text})
        return text

    def _wrong(self, name: str, number: int, message: str) -> None:
        address = f"{_letters(self.sheet.columns[name])}{number}"
        self.problems.append(Problem("cell_invalid", f"{address}：{message}", field=address))


def _read(data: bytes, filename: str) -> _Sheet:
    rows = _csv_rows(data) if filename.lower().endswith((".csv", ".txt")) else _workbook_rows(data)
    headings = [str(cell).strip() for cell in rows[0]] if rows else []
    columns = {
        name: headings.index(heading)
        for name, known in COLUMNS.items()
        for heading in known[::-1]
        if heading in headings
    }
    missing = [COLUMNS[name][0] for name in _REQUIRED if name not in columns]
    if missing:
        message = _("第一行缺少列：%(columns)s。请使用导出的表格作为模板。") % {"columns": "、".join(missing)}
        raise Refused(Problem("column_missing", message, field="A1"))
    if len(rows) - 1 > MAX_ROWS:
        message = _("一次最多导入%(limit)s行，请分成几个文件。") % {"limit": MAX_ROWS}
        raise Refused(Problem("too_many_rows", message))
    return _Sheet(columns, rows[1:])


def _workbook_rows(data: bytes) -> list[list[Any]]:
    try:
        return list(CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python())
    except CalamineError as error:
        message = _("无法读取该文件。请上传 Excel（xlsx、xls）、WPS 表格或 CSV 文件。")
        raise Refused(Problem("file_unreadable", message)) from error


def _csv_rows(data: bytes) -> list[list[Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")  # what Excel writes on a Chinese Windows
    return [list(row) for row in csv.reader(io.StringIO(text))]


def _codes(sheet: _Sheet) -> list[str]:
    return [check_uscc(str(_cell(row, sheet.columns["uscc"]))).value for row in sheet.rows]


def _cell(row: list[Any], column: int) -> Any:
    value = row[column] if column < len(row) else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # numbers come as floats: 13800000000.0
    return value.strip() if isinstance(value, str) else value


def _as_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d"):
        try:
            return datetime.strptime(str(value).strip(), form).date()  # noqa: DTZ007  # a day, no time of day
        except ValueError:
            continue
    return None


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _apply(party: Party, values: dict[str, Any]) -> bool:
    changed = [name for name, value in values.items() if value and getattr(party, name) != value]
    for name in changed:
        setattr(party, name, values[name])
    return bool(changed)
