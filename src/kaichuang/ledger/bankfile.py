"""The bank file: what we send, and what comes back.

Layout of what is sent (CSV, UTF-8 with BOM, CRLF, one header row, amounts in yuan with two decimals):

    支付编号, 批次号, 序号, 收款人户名, 开户行, 收款账号, 金额, 用途

and of what the bank returns (same encoding; further columns are ignored):

    支付编号, 结果, 日期, 说明        结果 is 成功, 失败 or 退票; 日期 is YYYY-MM-DD

A cell that a spreadsheet would take for a formula gets an apostrophe in front (`=`, `+`, `-`, `@`, tab, CR);
account numbers get one too, so that no spreadsheet turns them into floating point numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.enums import Outcome
from kaichuang.ledger.models import Batch, Payment

SENT_COLUMNS = ("支付编号", "批次号", "序号", "收款人户名", "开户行", "收款账号", "金额", "用途")
RESULT_COLUMNS = ("支付编号", "结果", "日期", "说明")
_RESULTS = {"成功": Outcome.PAID, "失败": Outcome.FAILED, "退票": Outcome.RETURNED}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Result:
    """One row that came back from the bank."""

    row: int
    payment_id: int
    outcome: Outcome
    on: date
    note: str


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write(batch: Batch, payments: Iterable[Payment]) -> bytes:
    """The batch as the file that goes to the bank."""
    rows = (
        (
            str(payment.pk),
            batch.number,
            str(number),
            payment.payee,
            payment.bank,
            f"'{payment.account_number}",
            f"{payment.amount // 100}.{payment.amount % 100:02d}",
            payment.purpose,
        )
        for number, payment in enumerate(payments, start=1)
    )
    return table(SENT_COLUMNS, rows)


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A formula-safe CSV file that Excel opens with the right characters."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (_BOM + out.getvalue()).encode("utf-8")


def read_results(data: bytes) -> list[Result]:
    """The bank's results. Raises `Refused` with every bad row and cell at once."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in RESULT_COLUMNS[:3] if name not in (reader.fieldnames or ())]
    if missing:
        raise Refused(
            Problem(
                "column_missing", _("文件缺少列：%(names)s。") % {"names": "、".join(missing)}, field="file"
            )
        )
    results: list[Result] = []
    problems: list[Problem] = []
    for number, row in enumerate(reader, start=2):
        found = list(_row_problems(number, row))
        if found:
            problems += found
        else:
            results.append(_result(number, row))
    if problems:
        raise Refused(*problems)
    return results


def _result(number: int, row: dict[str, str]) -> Result:
    return Result(
        row=number,
        payment_id=int(row["支付编号"].strip().lstrip("'")),
        outcome=_RESULTS[row["结果"].strip()],
        on=date.fromisoformat(row["日期"].strip()),
        note=(row.get("说明") or "").strip()[:200],
    )


def _row_problems(number: int, row: dict[str, str]) -> Iterator[Problem]:
    def bad(column: str, message: str) -> Problem:
        return Problem(
            "bad_cell",
            _("第%(row)d行“%(column)s”：%(message)s") % {"row": number, "column": column, "message": message},
            field=f"{column}{number}",
        )

    if not (row["支付编号"] or "").strip().lstrip("'").isdecimal():
        yield bad("支付编号", _("应为数字。"))
    if (row["结果"] or "").strip() not in _RESULTS:
        yield bad("结果", _("只能是成功、失败或退票。"))
    try:
        date.fromisoformat((row["日期"] or "").strip())
    except ValueError:
        yield bad("日期", _("应为年-月-日，例如2026-03-01。"))
