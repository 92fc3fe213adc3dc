"""The letter that answers an objection.

Official letters are Chinese, whatever language the page of the officer has. Whoever objected stands in it masked: the
letter is frozen with its data, and its number says to which objection it belongs.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import translation

from kaichuang.clock.queries.today import business_date
from kaichuang.files.enums import DocumentKind
from kaichuang.files.models import Document
from kaichuang.files.operations import issue_document
from kaichuang.kit.actor import Actor
from kaichuang.publicity.enums import ObjectionState
from kaichuang.publicity.models import Objection


def issue_letter(
    *, objection: Objection, state: ObjectionState, reason: str, clause: str, actor: Actor, now: datetime
) -> Document:
    """A PDF with a verification code, addressed to whoever objected."""
    row = objection.announcement
    with translation.override("zh-hans"):
        outcome = str(state.label)
        about = objection.line.label if objection.line is not None else "全部名单"
    lodged = in_words(objection.lodged_on)
    first = f"您于{lodged}对《{row.title}》（{row.number}）{about}提出的异议收悉。"
    if objection.is_late:
        first += "该异议在公示期满后提出，按来信处理。"
    paragraphs = [first, f"经核查，处理结果为：{outcome}。", f"理由：{reason}"]
    if clause:
        paragraphs.append(f"依据：{clause}。")
    return issue_document(
        actor=actor,
        now=now,
        programme=row.programme,
        template="files/notice",
        kind=DocumentKind.NOTICE,
        title="公示异议答复书",
        issuer=row.unit.name,
        number=f"{objection.reference}答复",
        data={
            "addressee": objection.masked_name,
            "paragraphs": paragraphs,
            "date": in_words(business_date(row.programme, now)),
        },
        facts=[("异议编号", objection.reference), ("处理结果", outcome)],
        recipient=objection.party,
        subject=objection,
    )


def in_words(day: date) -> str:
    """`2026年3月2日`, as official documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"
