"""The words of the ledger."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    MONEY = "money", _("货币")
    VOUCHER = "voucher", _("券")
    QUANTITY = "quantity", _("数量")


class OwnerKind(models.TextChoices):
    PROGRAMME = "programme", _("项目")
    BUDGET_LINE = "budget_line", _("预算科目")
    PARTY = "party", _("主体")
    CARRIER = "carrier", _("载体")
    CASE = "case", _("办件")


class AccountKind(models.TextChoices):
    """What the money on an account is. The first five are the stages of a pool, in order."""

    AVAILABLE = "available", _("可用")
    RESERVED = "reserved", _("预留")
    COMMITTED = "committed", _("已批复")
    ORDERED = "ordered", _("支付中")
    PAID = "paid", _("已支付")
    APPROPRIATION = "appropriation", _("预算批复")
    RECEIVABLE = "receivable", _("应收退款")
    INTEREST = "interest", _("利息收入")
    TREASURY = "treasury", _("缴回国库")
    WALLET = "wallet", _("持有")
    ESCROW = "escrow", _("托管")
    DEPOSIT = "deposit", _("保证金")
    EXTERNAL = "external", _("外部")


STAGES = (
    AccountKind.AVAILABLE,
    AccountKind.RESERVED,
    AccountKind.COMMITTED,
    AccountKind.ORDERED,
    AccountKind.PAID,
)

CLAIM_STAGES = (*STAGES[1:], AccountKind.RECEIVABLE)
"""The kinds of account that a claim's own row adds up."""

CREDIT_KINDS = frozenset({AccountKind.APPROPRIATION, AccountKind.INTEREST, AccountKind.EXTERNAL})
"""Accounts that grow by credits (negative postings): where money comes from."""


class TransferKind(models.TextChoices):
    ADOPT = "adopt", _("预算下达")
    ADJUST = "adjust", _("科目调剂")
    SUPPLEMENT = "supplement", _("追加追减")
    CARRY_OVER = "carry_over", _("结转下年")
    LAPSE = "lapse", _("结余收回")
    RESERVE = "reserve", _("预留")
    RELEASE = "release", _("释放")
    EXPIRE = "expire", _("到期释放")
    COMMIT = "commit", _("批复")
    CANCEL = "cancel", _("撤销批复")
    ORDER = "order", _("提交支付")
    BOUNCE = "bounce", _("支付退回")
    PAY = "pay", _("支付")
    CLAW_BACK = "claw_back", _("追回")
    RECEIVE = "receive", _("收回款项")
    REVERSE = "reverse", _("冲正")
    TRANSFER = "transfer", _("转账")


class Dimension(models.TextChoices):
    """Whose sum a limit holds down."""

    PROGRAMME = "programme", _("本项目合计")
    PARTY = "party", _("每一主体")
    ISSUER = "issuer", _("每一发放单位")


class Period(models.TextChoices):
    YEAR = "year", _("每年")
    LIFETIME = "lifetime", _("累计")


class BudgetState(models.TextChoices):
    ADOPTED = "adopted", _("执行中")
    CLOSED = "closed", _("已结账")


class BatchState(models.TextChoices):
    DRAFT = "draft", _("待复核")
    APPROVED = "approved", _("待发送")
    SENT = "sent", _("已发送银行")
    SETTLED = "settled", _("已对账")
    CANCELLED = "cancelled", _("已作废")


class Outcome(models.TextChoices):
    PENDING = "", _("未回")
    PAID = "paid", _("成功")
    FAILED = "failed", _("失败")
    RETURNED = "returned", _("退票")
    WITHDRAWN = "withdrawn", _("撤回")
