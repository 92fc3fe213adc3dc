"""Tables as files. Nothing that a user has typed becomes a formula, in neither format."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kaichuang.kit.money import FEN_PER_WAN, FEN_PER_YUAN
from kaichuang.ui.tables import Column, Rows, Table

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FORMATS = {
    "number": "#,##0.######",
    "money": "#,##0.00",
    "wan": "#,##0.######",
    "percent": "0.0%",
    "day": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
}
_WIDTHS = {
    "text": 24,
    "code": 18,
    "html": 16,
    "number": 12,
    "money": 16,
    "wan": 12,
    "percent": 10,
    "day": 12,
    "time": 17,
}


def response(request: HttpRequest, *, table: Table, rows: Rows, kind: str) -> Any:
    """The whole list as an attachment, `kind` `csv` or `xlsx`, every page of it."""
    answer: HttpResponseBase
    if kind == "csv":
        answer = StreamingHttpResponse(_csv(request, table, rows), content_type="text/csv; charset=utf-8")
    else:
        answer = FileResponse(
            _workbook(request, table, rows),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    name = quote(f"{table.caption}_{timezone.localdate():%Y%m%d}.{kind}")
    answer["Content-Disposition"] = f"attachment; filename=\"{table.name}.{kind}\"; filename*=UTF-8''{name}"
    return answer


def heading(column: Column) -> str:
    """The label with the unit, because a cell holds the bare number."""
    unit = {"money": _("元"), "wan": _("万元")}.get(column.kind)
    return f"{column.label}（{unit}）" if unit else str(column.label)


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(request: HttpRequest, table: Table, rows: Rows) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield "\ufeff".encode()  # without it Excel takes Chinese for Latin
    yield writer.writerow([heading(column) for column in table.export_columns]).encode()
    for values in table.export_rows(request, rows):
        cells = [_csv_cell(column, value) for column, value in zip(table.export_columns, values, strict=True)]
        yield writer.writerow(cells).encode()


def _csv_cell(column: Column, value: Any) -> str:
    value = plain(column, value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = str(value)
    is_number = isinstance(value, (int, float, Decimal))
    return f"'{text}" if not is_number and text.startswith(_FORMULA_STARTS) else text


def plain(column: Column, value: Any) -> Any:
    """A value as a spreadsheet holds it: yuan instead of fen, local time without zone, text."""
    if value is None or value == "":
        return None
    if column.kind == "money":
        return Decimal(value) / FEN_PER_YUAN
    if column.kind == "wan":
        return Decimal(value) / FEN_PER_WAN
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, (int, float, Decimal, date)) and not isinstance(value, bool):
        return value
    return str(value)


def _workbook(request: HttpRequest, table: Table, rows: Rows) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # FileResponse closes it
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet(str(table.caption)[:31].translate({ord(sign): "_" for sign in "[]:*?/\\"}))
    head = book.add_format(
        {"bold": True, "bg_color": "#E8EEF7", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    )
    formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
    columns = table.export_columns
    for index, column in enumerate(columns):
        sheet.set_column(index, index, 40 if column.wide else _WIDTHS[column.kind])
        sheet.write_string(0, index, heading(column), head)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, values in enumerate(table.export_rows(request, rows), start=1):
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            _write(sheet, last, index, plain(column, value), formats.get(column.kind))
    sheet.autofilter(0, 0, last, len(columns) - 1)
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None:
        return
    if isinstance(value, (date, datetime)):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, value)
