"""Typeset the letters that are wanted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaichuang.cases.models import Decision, DecisionKind, Letter
from kaichuang.files.enums import DocumentKind
from kaichuang.files.operations.issue_document import issue_document
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan

_AT_ONCE = 50
_TITLES = {
    DecisionKind.GRANTED: "支持决定书",
    DecisionKind.REFUSED: "不予支持决定书",
    DecisionKind.REVOKED: "撤销决定书",
}


def issue_letters(*, now: datetime) -> int:
    """Set up to fifty wanted letters, each in its own transaction; two workers never set the same one."""
    made = 0
    while made < _AT_ONCE:
        with transaction.atomic():
            wanted = (
                Letter.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(document=None)
                .select_related(
                    "decision__case__programme",
                    "decision__case__party",
                    "decision__case__matter",
                    "decision__case__desk",
                )
                .order_by("pk")
                .first()
            )
            if wanted is None:
                break
            _issue(wanted, now)
        made += 1
    return made


def _issue(letter: Letter, now: datetime) -> None:
    decision = letter.decision
    case = decision.case
    kind = DecisionKind(decision.kind)
    letter.document = issue_document(
        actor=Actor.system("letters", programme_id=case.programme_id),
        now=now,
        programme=case.programme,
        template="files/notice",
        kind=DocumentKind.NOTICE,
        title=_TITLES[kind],
        issuer=str(case.desk or case.programme.name),
        number=f"{case.number}-{decision.pk}",
        data={
            "addressee": case.party.name,
            "paragraphs": list(_paragraphs(decision, kind)),
            "facts": _facts(decision),
            "date": f"{decision.decided_on.year}年{decision.decided_on.month}月{decision.decided_on.day}日",
        },
        facts=[
            ("决定", str(kind.label)),
            ("受理编号", case.number),
            ("决定日期", decision.decided_on.isoformat()),
        ],
        recipient=case.party,
        subject=case,
    )
    letter.save(update_fields=["document"])


def _paragraphs(decision: Decision, kind: DecisionKind) -> list[str]:
    case = decision.case
    found = [f"你单位（个人）申报的“{case.matter.title}”（受理编号{case.number}）收悉。"]
    if kind is DecisionKind.GRANTED and decision.amount_fen:
        found.append(
            f"经审核、公示，决定支持人民币{format_yuan(decision.amount_fen)}元"
            f"（按政策测算上限{format_yuan(decision.ceiling_fen)}元）。"
        )
    elif kind is DecisionKind.GRANTED:
        found.append("经审核，决定予以登记。")
    elif kind is DecisionKind.REFUSED:
        found.append("经审核，决定不予支持。")
    else:
        found.append("决定撤销此前作出的支持决定。")
    found += [
        f"依据{ground['clause']}：{ground['text']}" for ground in decision.grounds if ground.get("text")
    ]
    if kind is DecisionKind.REFUSED:
        found.append("如对本决定有异议，可在平台该办件页面提出申诉。")
    return found


def _facts(decision: Decision) -> list[list[str]]:
    facts = [["受理编号", decision.case.number]]
    if decision.digest:
        facts.append(["决定依据校验值", decision.digest[:16]])
    return facts
