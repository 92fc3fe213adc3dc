"""Tables as bureaus hand them over: Excel, WPS or CSV in whatever encoding; the first row names the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from kaichuang.kit.problems import Problem, Refused

MAX_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings, and rows of bare cells below them; the first of them is row 2 of the file."""

    headings: list[str]
    rows: list[list[Any]]

    def column(self, heading: str) -> int:
        return self.headings.index(heading)

    def numbered(self, start: int = 0) -> Iterator[tuple[int, list[Any]]]:
        """(row number as the spreadsheet shows it, cells) of every row that is not empty, from row `start` on."""
        for index in range(start, len(self.rows)):
            row = self.rows[index]
            if any(cell not in ("", None) for cell in row):
                yield index + 2, row


def read_table(data: bytes, filename: str) -> Sheet:
    """The first sheet of the file. Raises `Refused` when it is unreadable, empty or too long."""
    rows = _csv_rows(data) if filename.lower().endswith((".csv", ".txt")) else workbook_rows(data)
    while rows and not any(cell not in ("", None) for cell in rows[0]):
        rows = rows[1:]  # a title line left empty above the headings
    if len(rows) < 2:
        raise Refused(
            Problem("table_empty", _("文件中没有数据。第一行应为列名，其下每行一家单位。"), field="table")
        )
    headings = [str(cell).strip() for cell in rows[0]]
    named = [heading for heading in headings if heading]
    repeated = sorted({heading for heading in named if named.count(heading) > 1})
    if repeated:
        message = _("列名重复：%(names)s。请改为不同的列名。") % {"names": "、".join(repeated)}
        raise Refused(Problem("headings_repeated", message, field="table"))
    if len(rows) - 1 > MAX_ROWS:
        message = _("一次最多导入%(limit)s行，请分成几个文件。") % {"limit": f"{MAX_ROWS:,}"}
        raise Refused(Problem("too_many_rows", message, field="table"))
    return Sheet(headings, rows[1:])


def workbook_rows(data: bytes, sheet: int = 0) -> list[list[Any]]:
    """The cells of a workbook's sheet, empty ones as empty texts."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return list(book.get_sheet_by_index(sheet).to_python(skip_empty_area=False))
    except (CalamineError, IndexError) as error:
        message = _("无法读取该文件。请上传 Excel（xlsx、xls）、WPS 表格或 CSV 文件。")
        raise Refused(Problem("file_unreadable", message, field="table")) from error


def cell_of(row: list[Any], column: int) -> Any:
    """A cell without surrounding blanks; whole numbers without the decimal point that spreadsheets give them."""
    value = row[column] if column < len(row) else ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.strip() if isinstance(value, str) else value


def address(column: int, row: int) -> str:
    """`B7`; the first column is 0, the first row 1."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _csv_rows(data: bytes) -> list[list[Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")  # what Excel writes on a Chinese Windows
    return [list(row) for row in csv.reader(io.StringIO(text))]
