"""The money of a case in its dossier: vouchers, batches and the bank's answers, claw-backs, and the frozen statement.

Tables are CSV that a spreadsheet opens; amounts in yuan with two decimals. Account numbers are masked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet
from django.utils.translation import override

from kaichuang.cases.models import Case
from kaichuang.ledger.bankfile import table
from kaichuang.ledger.enums import CLAIM_STAGES, TransferKind
from kaichuang.ledger.models import Claim, Payment, Posting, Transfer
from kaichuang.support.models import Instruction, Recovery, UseReport
from kaichuang.support.operations.money import claims_of
from kaichuang.support.queries.uses import titles_of

FORMAT = "kaichuang-statement/1"


def payments_in(case: Case) -> list[tuple[str, bytes]]:
    """The files of the folder `payments`; none for a case that never touched money.

    In the language of the texts, whoever takes the dossier out: the same case gives the same bytes.
    """
    claims = claims_of(case)
    if not claims:
        return []
    with override(settings.LANGUAGE_CODE):
        return [
            ("transfers.csv", table(_transfer_columns(), _transfers(claims))),
            ("payments.csv", table(_payment_columns(), _payments(case, claims))),
            ("recoveries.csv", table(_recovery_columns(), _recoveries(case))),
            *_use(case),
            ("statement.json", frozen_statement(case, claims)),
        ]


def frozen_statement(case: Case, claims: list[Claim]) -> bytes:
    """Every posting on the stages of the case's claims, and what they come to, with a digest over all of it.

    The rows of a stage add up to its total, and the totals are those that the ledger keeps with the claim.
    """
    content = {
        "format": FORMAT,
        "case": case.number,
        "unit": "CNY/100",
        "granted": case.granted_fen,
        "claims": [_claim(claim) for claim in claims],
        "totals": {str(stage): sum(getattr(one, stage) for one in claims) for stage in CLAIM_STAGES},
    }
    plain = _json(content)
    return _json({**content, "digest": hashlib.sha256(plain).hexdigest()})


def _claim(claim: Claim) -> dict[str, Any]:
    postings = _postings([claim]).filter(account__kind__in=CLAIM_STAGES)
    rows = [
        {
            "transfer": one.transfer_id,
            "line": one.line,
            "at": one.at,
            "kind": one.transfer.kind,
            "stage": one.account.kind,
            "amount": one.amount * one.account.normal,
        }
        for one in postings
    ]
    return {
        "claim": claim.pk,
        "pool": claim.pool,
        "measure": claim.measure,
        "year": claim.year,
        "rows": rows,
        "totals": {str(stage): getattr(claim, stage) for stage in CLAIM_STAGES},
    }


def _postings(claims: list[Claim]) -> QuerySet[Posting]:
    """Of the reservations themselves and of every transfer that followed."""
    ids = [claim.pk for claim in claims]
    transfers = Transfer.objects.filter(Q(pk__in=ids) | Q(claim__in=ids)).values_list("pk", flat=True)
    found = Posting.objects.filter(transfer__in=list(transfers)).select_related("transfer", "account")
    return found.order_by("at", "transfer_id", "line")


def _transfer_columns() -> list[str]:
    return [
        "凭证", "业务日期", "记账时间", "种类", "资金占用", "幂等键", "依据", "摘要", "经办",
        "冲正的凭证", "追回的凭证", "行", "账户编码", "账户名称", "借方", "贷方",
    ]  # fmt: skip


def _transfers(claims: list[Claim]) -> Iterator[list[str]]:
    labels: dict[str, str] = {str(kind): str(kind.label) for kind in TransferKind}
    for one in _postings(claims):
        made = one.transfer
        yield [
            str(made.pk), _day(made.at), _time(made.recorded_at), labels[made.kind], str(made.claim_id or made.pk),
            made.key, made.clause, made.description, made.actor_name, str(made.reverses_id or ""),
            str(made.claws_back_id or ""), str(one.line), one.account.code, one.account.name,
            _yuan(max(one.amount, 0)), _yuan(max(-one.amount, 0)),
        ]  # fmt: skip


def _payment_columns() -> list[str]:
    return [
        "支付编号", "拨付", "资金占用", "金额", "收款人户名", "开户行", "收款账号", "用途",
        "应付日期", "批次号", "批次状态", "制单日期", "制单人", "复核人", "银行结果", "结果日期",
        "结果说明", "重付的支付", "暂不支付", "放行理由",
    ]  # fmt: skip


def _payments(case: Case, claims: list[Claim]) -> Iterator[list[str]]:
    """Every attempt, also those that came back or were withdrawn."""
    parts = {
        one.payment_id: one.tranche.title
        for one in Instruction.objects.filter(tranche__case=case).select_related("tranche")
    }
    rows = Payment.objects.filter(claim__in=claims).select_related("batch__maker", "batch__checker")
    for one in rows.order_by("pk"):
        batch = one.batch
        yield [
            str(one.pk), parts.get(one.pk, ""), str(one.claim_id), _yuan(one.amount), one.payee, one.bank,
            one.masked_account, one.purpose, _day(one.due_on),
            *((batch.number, str(batch.get_state_display()), _day(batch.made_on), str(batch.maker),
               str(batch.checker or "")) if batch is not None else ("",) * 5),
            str(one.get_outcome_display()), _day(one.outcome_on), one.outcome_note, str(one.retries_id or ""),
            "是" if one.is_held else "", one.release_note,
        ]  # fmt: skip


def _recovery_columns() -> list[str]:
    return [
        "追回", "状态", "依据", "理由", "项目", "日期", "凭证或流水号", "本金", "利息", "金额",
    ]  # fmt: skip


def _recoveries(case: Case) -> Iterator[list[str]]:
    """Of each claim its vouchers, its plan, and what has come in."""
    for one in Recovery.objects.filter(case=case).order_by("pk"):
        head = [str(one.pk), str(one.get_state_display()), one.clause, one.reason]
        for demand in one.demands.order_by("pk"):
            yield [*head, "要求退回", _day(one.demanded_on), str(demand.transfer_id), _yuan(demand.principal_fen),
                   _yuan(demand.interest_fen), _yuan(demand.principal_fen + demand.interest_fen)]  # fmt: skip
        for part in one.instalments.order_by("number"):
            yield [*head, "还款计划", _day(part.due_on), "", "", "", _yuan(part.amount_fen)]
        for receipt in one.receipts.order_by("pk"):
            yield [
                *head,
                "收款",
                _day(receipt.received_on),
                receipt.reference,
                "",
                "",
                _yuan(receipt.amount_fen),
            ]
        if one.end_reason:
            left = _yuan(one.open_fen)
            yield [*head[:3], one.end_reason, "核销", _day(one.ended_on), "", "", "", left]


def _use(case: Case) -> Iterator[tuple[str, bytes]]:
    """What the money was spent on, where that was reported."""
    report = UseReport.objects.filter(case=case).first()
    if report is None:
        return
    titles = titles_of(case)
    columns = ["支出类别", "支出内容", "金额", "支出日期", "凭证号", "用于其他方面的原因"]
    rows = (
        [titles.get(one.category, one.category), one.what, _yuan(one.amount_fen), _day(one.spent_on), one.voucher, one.why]
        for one in report.lines.order_by("spent_on", "pk")
    )  # fmt: skip
    yield "use.csv", table(columns, rows)
    about = {
        "state": report.state, "paid": report.paid_fen, "spent": report.spent_fen, "outside": report.outside_fen,
        "unspent": report.unspent_fen, "reclaim": report.reclaim_fen, "ruling": report.ruling,
        "rate_ppm": report.rate_ppm, "rate_clause": report.rate_clause, "ruled_at": report.ruled_at,
        "summary": report.summary, "handed_in_at": report.handed_in_at,
        "accepted_at": report.accepted_at,
    }  # fmt: skip
    yield "use.json", _json(about)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _time(at: datetime) -> str:
    return at.isoformat()


def _json(value: Any) -> bytes:
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"
