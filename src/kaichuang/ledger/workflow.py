"""The states of budgets and payment batches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.journal.workflow import Move, Workflow
from kaichuang.kit.problems import Problem
from kaichuang.ledger.enums import AccountKind, BatchState, BudgetState, Outcome
from kaichuang.ledger.models import Account, Batch, Budget
from kaichuang.ledger.permissions import may_check_batch, may_keep_books


def _nothing_left(budget: Budget, now: datetime) -> Iterator[Problem]:
    left = Account.objects.filter(
        budget_line__budget=budget, kind=AccountKind.AVAILABLE, balance__balance__gt=0
    ).order_by("code")
    for account in left:
        yield Problem(
            "balance_left", _("“%(line)s”仍有可用余额。请先结转或收回，再结账。") % {"line": account.name}
        )


def _has_payments(batch: Batch, now: datetime) -> Iterator[Problem]:
    if not batch.payments.exists():
        yield Problem("empty_batch", _("批次中没有支付。"))


def _all_answered(batch: Batch, now: datetime) -> Iterator[Problem]:
    waiting = batch.payments.filter(outcome=Outcome.PENDING).count()
    if waiting:
        yield Problem("results_missing", _("还有%(count)d笔没有银行结果。") % {"count": waiting})


BUDGET = Workflow(
    Move(
        "close",
        gettext_lazy("结账"),
        (BudgetState.ADOPTED,),
        BudgetState.CLOSED,
        may_keep_books,
        guards=(_nothing_left,),
    ),
)

BATCH = Workflow(
    Move(
        "approve",
        gettext_lazy("复核通过"),
        (BatchState.DRAFT,),
        BatchState.APPROVED,
        may_check_batch,
        guards=(_has_payments,),
    ),
    Move("send", gettext_lazy("发送银行"), (BatchState.APPROVED,), BatchState.SENT, may_keep_books),
    Move(
        "settle",
        gettext_lazy("完成对账"),
        (BatchState.SENT,),
        BatchState.SETTLED,
        may_keep_books,
        guards=(_all_answered,),
    ),
    Move(
        "cancel",
        gettext_lazy("作废"),
        (BatchState.DRAFT,),
        BatchState.CANCELLED,
        may_keep_books,
        needs_reason=True,
    ),
)
