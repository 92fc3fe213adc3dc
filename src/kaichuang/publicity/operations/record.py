"""The closing record: numbers and outcomes without personal data, as a PDF that anybody can verify."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import translation

from kaichuang.files.enums import DocumentKind
from kaichuang.files.models import Document
from kaichuang.files.operations import issue_document
from kaichuang.kit.actor import Actor
from kaichuang.publicity.enums import ObjectionState
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.operations.letter import in_words
from kaichuang.publicity.queries.tally import Tally

_LISTED = 500
"""So many objections are listed one by one; the numbers count all of them."""


def issue_record(
    *,
    announcement: Announcement,
    tally: Tally,
    final: bool,
    today: date,
    actor: Actor,
    now: datetime,
) -> Document:
    """What came of the list. `final`: nothing of it is open any more."""
    with translation.override("zh-hans"):
        rows = [_row(objection) for objection in _objections(announcement)]
        kind = str(announcement.kind_title)
    span = f"{_day(announcement.opens_on)}至{_day(announcement.closes_on)}，{announcement.days}个工作日"
    lines = (
        f"列入{tally.lines}项，通过{tally.cleared}项，异议成立撤下{tally.struck}项，"
        f"异议核查中或待处理{tally.open}项"
    )
    objections = (
        f"收到{tally.objections}件（其中公示期外{tally.late}件），成立{tally.upheld}件，"
        f"不成立{tally.dismissed}件，不予受理{tally.not_accepted}件，待答复{tally.pending}件"
    )
    data = {
        "facts": [
            ["公示编号", announcement.number],
            ["公示标题", announcement.title],
            ["公示类别", kind],
            ["依据", announcement.clause or "—"],
            ["公示单位", announcement.unit.name],
            ["公示期", span],
            ["名单", lines],
            ["异议", objections],
            ["名单校验值", _grouped(announcement.digest)],
        ],
        "columns": ["异议编号", "对象", "提交日期", "结果", "答复日期"],
        "rows": rows or [["—", "公示期内未收到异议", "—", "—", "—"]],
        "widths": [4, 3, 3, 3, 3],
        "notes": _notes(announcement, final),
        "signature": announcement.unit.name,
        "date": in_words(today),
    }
    return issue_document(
        actor=actor,
        now=now,
        programme=announcement.programme,
        template="files/statement",
        kind=DocumentKind.REPORT,
        title="公示结果记录" if final else "公示期满记录",
        issuer=announcement.unit.name,
        number=f"{announcement.number}{'结果' if final else '期满'}记录",
        data=data,
        facts=[("公示编号", announcement.number), ("公示期", span), ("名单", lines), ("异议", objections)],
        subject=announcement,
    )


def _objections(announcement: Announcement) -> list[Objection]:
    rows = announcement.objections.select_related("line").order_by("serial")[:_LISTED]
    found = list(rows)
    for objection in found:
        objection.announcement = announcement
    return found


def _row(objection: Objection) -> list[str]:
    about = f"第{objection.line.position}项" if objection.line is not None else "全部名单"
    state = str(ObjectionState(objection.state).label) + ("（公示期外）" if objection.is_late else "")
    return [objection.reference, about, _day(objection.lodged_on), state, _day(objection.decided_on)]


def _notes(announcement: Announcement, final: bool) -> list[str]:
    notes = [
        "名单校验值是公示发布时全部名单的SHA-256值，可由公开接口的数据重算。",
        "本记录不含提出异议者的任何个人信息。",
    ]
    if not final:
        notes.append("尚有未办结的事项，全部办结后另出公示结果记录，替代本记录。")
    return notes


def _grouped(digest: str) -> str:
    """In groups of eight, so that it breaks into lines."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def _day(day: date | None) -> str:
    return in_words(day) if day is not None else "—"
