"""Lists of the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kaichuang.ledger.models import Account, Batch, Limit, Payment
from kaichuang.ledger.queries.budgets import LineUsage
from kaichuang.ledger.refusals import in_unit
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.clause import clause
from kaichuang.ui.tables import Column, Table

BATCH_TONES = {
    "draft": "warning",
    "approved": "info",
    "sent": "info",
    "settled": "success",
    "cancelled": "neutral",
}
OUTCOME_TONES = {
    "": "neutral",
    "paid": "success",
    "failed": "danger",
    "returned": "danger",
    "withdrawn": "neutral",
}


def _amount(row: Account, value: int) -> str:
    return in_unit(value, row.unit.code)


ACCOUNTS = Table(
    name="accounts",
    caption=_("账户"),
    columns=(
        Column(
            "code",
            _("编码"),
            kind="code",
            sort="code",
            url=lambda row: reverse("ledger:account", args=[row.pk]),
        ),
        Column("name", _("名称"), sort="name", wide=True),
        Column("kind", _("性质"), value=lambda row: row.get_kind_display(), sort="kind"),
        Column("owner", _("所有者"), value=lambda row: str(row.party or row.budget_line or ""), minor=True),
        Column(
            "balance",
            _("余额"),
            value=lambda row: row.balance.balance,
            kind="number",
            sort="balance__balance",
            show=lambda row: _amount(row, row.balance.balance),
        ),
        Column("unit", _("单位"), value="unit.name", minor=True),
    ),
    default_sort="code",
    page_size=40,
    empty_title=_("没有账户"),
)

CLAIMS = Table(
    name="claims",
    caption=_("资金占用"),
    columns=(
        Column(
            "id", _("编号"), kind="code", sort="id", url=lambda row: reverse("ledger:claim", args=[row.pk])
        ),
        Column("measure", _("政策措施"), sort="measure"),
        Column("pool", _("资金池"), sort="pool", minor=True),
        Column(
            "party",
            _("受益对象"),
            value=lambda row: str(row.party or ""),
            url=lambda row: reverse("ledger:party_statement", args=[row.party_id]) if row.party_id else "",
            wide=True,
        ),
        Column("year", _("年度"), kind="code", sort="year"),
        Column("reserved", _("预留"), kind="money", sort="reserved"),
        Column("committed", _("已批复"), kind="money", sort="committed"),
        Column("ordered", _("支付中"), kind="money", sort="ordered", minor=True),
        Column("paid", _("已支付"), kind="money", sort="paid"),
        Column("receivable", _("应收退款"), kind="money", sort="receivable", minor=True),
    ),
    default_sort="-id",
    empty_title=_("没有资金占用"),
)

LINES = Table(
    name="lines",
    caption=_("预算科目"),
    columns=(
        Column("line", _("科目"), value=lambda row: str(row.line), wide=True),
        Column(
            "clause",
            _("依据"),
            value="line.clause",
            show=lambda row: str(clause(row.line.clause)) if row.line.clause else "—",
        ),
        Column("total", _("安排"), value="usage.total", kind="money"),
        Column(
            "available",
            _("可用"),
            value="usage.available",
            kind="money",
            url=lambda row: _stage(row, "available"),
        ),
        Column(
            "reserved",
            _("预留"),
            value="usage.reserved",
            kind="money",
            url=lambda row: _stage(row, "reserved"),
        ),
        Column(
            "committed",
            _("已批复"),
            value="usage.committed",
            kind="money",
            url=lambda row: _stage(row, "committed"),
        ),
        Column("ordered", _("支付中"), value="usage.ordered", kind="money", minor=True),
        Column("paid", _("已支付"), value="usage.paid", kind="money", url=lambda row: _stage(row, "paid")),
    ),
    empty_title=_("没有科目"),
)


def _stage(row: LineUsage, stage: str) -> str:
    return f"{reverse('ledger:accounts')}?q={row.line.pool}.{stage}"


_ENTRY = (
    Column("at", _("日期"), kind="day"),
    Column(
        "transfer_id",
        _("凭证"),
        kind="code",
        url=lambda row: reverse("ledger:transfer", args=[row["transfer_id"]]),
    ),
    Column("kind", _("种类")),
    Column("description", _("摘要"), wide=True),
    Column("clause", _("依据"), minor=True),
)
"""What a statement says of each posting, before its amounts."""

STATEMENT = Table(
    name="statement",
    caption=_("对账单"),
    columns=(
        *_ENTRY,
        Column("debit", _("借方"), kind="money"),
        Column("credit", _("贷方"), kind="money"),
        Column("balance", _("余额"), kind="money"),
    ),
    page_size=100,
    empty_title=_("本期没有记账"),
)

PARTY_PART = Table(
    name="part",
    caption=_("资金对账单"),
    columns=(
        *_ENTRY,
        Column("debit", _("增加额"), value=lambda row: row["debit"] or None, kind="money"),
        Column("credit", _("减少额"), value=lambda row: row["credit"] or None, kind="money"),
        Column("balance", _("余额"), kind="money"),
    ),
    key=lambda row: f"{row['transfer_id']}{row['kind']}",
    page_size=200,
    exports=False,
    empty_title=_("本期没有记账"),
)
"""One part on the page; both together are a file."""

PARTY_STATEMENT = replace(
    PARTY_PART, name="money", columns=(Column("section", _("部分")), *PARTY_PART.columns), exports=True
)

POSTINGS = Table(
    name="postings",
    caption=_("分录"),
    columns=(
        Column("line", _("行"), kind="code"),
        Column(
            "account",
            _("账户"),
            value=lambda row: str(row.account),
            url=lambda row: reverse("ledger:account", args=[row.account_id]),
            wide=True,
        ),
        Column("debit", _("借方"), value=lambda row: max(row.amount, 0), kind="money"),
        Column("credit", _("贷方"), value=lambda row: max(-row.amount, 0), kind="money"),
    ),
    exports=False,
)

TRANSFERS = Table(
    name="transfers",
    caption=_("凭证"),
    columns=(
        Column("id", _("凭证"), kind="code", url=lambda row: reverse("ledger:transfer", args=[row.pk])),
        Column("at", _("日期"), kind="day"),
        Column("kind", _("种类"), value=lambda row: row.get_kind_display()),
        Column("description", _("摘要"), wide=True),
        Column("clause", _("依据"), minor=True),
        Column("actor", _("经办"), value="actor_name", minor=True),
    ),
    exports=False,
)

LIMITS = Table(
    name="limits",
    caption=_("限额"),
    columns=(
        Column("name", _("名称"), sort="name", wide=True, show=lambda row: _limited(row)),
        Column("clause", _("依据"), show=lambda row: str(clause(row.clause)) if row.clause else "—"),
        Column("dimension", _("限额对象"), value=lambda row: row.get_dimension_display(), sort="dimension"),
        Column("period", _("期间"), value=lambda row: row.get_period_display(), sort="period"),
        Column(
            "ceiling",
            _("上限"),
            value="ceiling_in_force",
            kind="number",
            sort="ceiling",
            show=lambda row: _ceiling(row),
        ),
        Column(
            "most",
            _("最高已用"),
            kind="number",
            sort="most",
            show=lambda row: in_unit(row.most or 0, row.unit.code),
        ),
    ),
    default_sort="name",
    empty_title=_("没有限额"),
)


LIMITS_IN_FULL = replace(LIMITS, columns=(*LIMITS.columns, Column("lifted_by", _("不设上限的依据"))))
"""The same as a file: on the page the basis stands under the name."""


def _limited(row: Limit) -> str:
    return (
        format_html("<span>{}<br><small>{}</small></span>", row.name, row.lifted_by)
        if row.lifted_by
        else row.name
    )


def _ceiling(row: Limit) -> str:
    return str(_("不设上限")) if row.lifted_by else in_unit(row.ceiling, row.unit.code)


TRIAL = Table(
    name="trial",
    caption=_("试算平衡表"),
    columns=(
        Column("code", _("编码"), value="account.code", kind="code", url=lambda row: _account(row)),
        Column("name", _("名称"), value="account.name", wide=True),
        Column("debit", _("借方发生额"), kind="money"),
        Column("credit", _("贷方发生额"), kind="money"),
        Column("balance", _("余额"), kind="money"),
    ),
    page_size=200,
    empty_title=_("还没有记账"),
)


def _account(row: Any) -> str:
    return reverse("ledger:account", args=[row.account.pk])


def _batch_state(row: Batch) -> str:
    return str(badge(row.get_state_display(), tone=BATCH_TONES[row.state]))


def _outcome(row: Payment) -> str:
    return str(badge(row.get_outcome_display(), tone=OUTCOME_TONES[row.outcome]))


def _payee(row: Payment) -> str:
    note = _note(row)
    return format_html("<span>{}<br><small>{}</small></span>", row.payee, note) if note else row.payee


def _note(row: Payment) -> str:
    """What the bank said; of a payment made again, why the first one came back, and whether the account is another."""
    first = row.retries
    if row.outcome_note or first is None:
        return row.outcome_note
    changed = (row.payee, row.bank, row.account_number) != (first.payee, first.bank, first.account_number)
    told = _("重付，账户已更正（原因：%(note)s）") if changed else _("重付，账户未变（原因：%(note)s）")
    note = str(told % {"note": first.outcome_note or first.get_outcome_display()})
    if row.release_note:
        note += str(_("；财政放行：%(why)s") % {"why": row.release_note})
    return note


def _came_back(row: Payment) -> str:
    """What the bank said when the money came back."""
    first = row.retries
    return (first.outcome_note or str(first.get_outcome_display())) if first is not None else ""


BATCHES = Table(
    name="batches",
    caption=_("支付批次"),
    columns=(
        Column(
            "number",
            _("批次号"),
            kind="code",
            sort="number",
            url=lambda row: reverse("ledger:batch", args=[row.pk]),
        ),
        Column("made_on", _("制单日期"), kind="day", sort="made_on"),
        Column("maker", _("制单人"), value=lambda row: str(row.maker), minor=True),
        Column("checker", _("复核人"), value=lambda row: str(row.checker or ""), minor=True),
        Column("count", _("笔数"), kind="number"),
        Column("total", _("金额"), kind="money"),
        Column(
            "state", _("状态"), value=lambda row: row.get_state_display(), show=_batch_state, sort="state"
        ),
    ),
    default_sort="-made_on",
    empty_title=_("还没有支付批次"),
    empty_text=_("已批复的款项到期后，可以编制批次。"),
)

PAYMENTS = Table(
    name="payments",
    caption=_("支付"),
    columns=(
        Column("id", _("支付编号"), kind="code", sort="id"),
        Column(
            "claim",
            _("资金占用"),
            value="claim_id",
            kind="code",
            url=lambda row: reverse("ledger:claim", args=[row.claim_id]),
        ),
        Column("payee", _("收款人户名"), sort="payee", wide=True, show=_payee),
        Column("bank", _("开户行"), minor=True),
        Column("account", _("收款账号"), value="masked_account", kind="code", minor=True),
        Column("amount", _("金额"), kind="money", sort="amount"),
        Column("due_on", _("应付日期"), kind="day", sort="due_on"),
        Column(
            "outcome",
            _("银行结果"),
            value=lambda row: " ".join(filter(None, (row.get_outcome_display(), _note(row)))),
            show=_outcome,
            sort="outcome",
        ),
    ),
    default_sort="id",
    page_size=100,
    empty_title=_("没有待付款项"),
)

HELD = Table(
    name="held",
    caption=_("银行退回、暂不支付的款项"),
    columns=(
        Column("payee", _("收款人户名"), wide=True),
        Column("bank", _("开户行"), minor=True),
        Column("account", _("收款账号"), value="masked_account", kind="code"),
        Column("amount", _("金额"), kind="money"),
        Column("note", _("银行退回原因"), value=_came_back),
        Column("back_on", _("退回日期"), value="retries.outcome_on", kind="day"),
    ),
    key=lambda row: str(row.pk),
    exports=False,
)

HELD_TO_RELEASE = replace(
    HELD,
    columns=(
        *HELD.columns,
        Column(
            "todo",
            _("如何处理"),
            value=lambda row: str(_("核实后放行")),
            url=lambda row: reverse("ledger:release_payment", args=[row.pk]),
        ),
    ),
)
"""The same for finance."""

MEASURES = Table(
    name="measures",
    caption=_("按政策措施看资金"),
    columns=(
        Column("measure", _("政策措施"), sort="measure"),
        Column("clause", _("依据"), show=lambda row: str(clause(row.clause)) if row.clause else "—"),
        Column("year", _("年度"), kind="code", sort="year"),
        Column("claims", _("笔数"), kind="number", sort="claims"),
        Column(
            "parties",
            _("受益主体"),
            kind="number",
            show=lambda row: str(row.parties) if row.parties is not None else str(_("不足3家")),
        ),
        Column("pending", _("预留"), kind="money", sort="pending"),
        Column("committed", _("已批复未付"), kind="money", sort="committed"),
        Column("paid", _("已支付"), kind="money", sort="paid"),
    ),
    default_sort="-year",
    empty_title=_("还没有按政策措施的资金记录"),
)
