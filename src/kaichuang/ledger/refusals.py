"""What the database refuses, in words: one constraint, one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.kit.money import format_yuan
from kaichuang.kit.problems import Problem, type_str
from kaichuang.ledger.drafts import Draft
from kaichuang.ledger.enums import AccountKind, Dimension, Period
from kaichuang.ledger.models import Account, Limit, LimitSum

FLOOR = "ledger_balance_floor"
LIMIT = "ledger_limit_sum_ceiling"

_TRIGGERS: dict[str, type_str] = {
    "ledger_transfer_balanced": gettext_lazy("凭证借贷不平衡，或不足两条分录。请核对各账户金额。"),
    "ledger_posting_with_its_transfer": gettext_lazy("分录只能随其凭证一起记入本项目的账户。"),
    "ledger_posting_account_open": gettext_lazy("账户已销户，不能再记账。请选用其他账户。"),
    "ledger_transfer_answers": gettext_lazy("要冲正或追回的凭证不在本项目中。"),
    "ledger_claim_own_pool": gettext_lazy("该笔资金只能在其所属资金池内办理。"),
}

_CODES = {
    FLOOR: "insufficient",
    "ledger_balance_ceiling": "over_ceiling",
    LIMIT: "over_limit",
    "ledger_transfer_balanced": "unbalanced",
    "ledger_transfer_reversed_once": "already_reversed",
    "ledger_posting_account_open": "account_closed",
    "ledger_claim_covered": "not_covered",
}


@cache
def _messages() -> dict[str, type_str]:
    models = apps.get_app_config("ledger").get_models()
    named = {c.name: c.violation_error_message for model in models for c in model._meta.constraints}
    return _TRIGGERS | {name: message for name, message in named.items() if message}


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", None) or "")


def problem_of(constraint: str, drafts: tuple[Draft, ...] = ()) -> Problem:
    """The sentence for a broken constraint; with the drafts at hand, also how much is left."""
    if constraint == FLOOR:
        return short_problem(drafts)
    if constraint == LIMIT:
        found = [problem for draft in drafts for problem in _exceeded(draft)]
        if found:
            return found[0]
    message = _messages().get(constraint) or _("记账未成功，请核对后重试。")
    return Problem(code=_CODES.get(constraint, constraint or "refused"), message=message)


def reused_problem(draft: Draft) -> Problem:
    return Problem(
        code="key_reused",
        message=_("幂等键“%(key)s”已用于内容不同的记账。请核对原凭证，新的业务请使用新的键。")
        % {"key": draft.key},
        field="key",
    )


def short_problem(drafts: tuple[Draft, ...]) -> Problem:
    """Which account has too little, and how much it has."""
    wanted: dict[int, int] = {}
    for draft in drafts:
        for account_id, amount in draft.lines:
            wanted[account_id] = wanted.get(account_id, 0) + amount
    accounts = Account.objects.select_related("balance", "unit").filter(pk__in=wanted).order_by("pk")
    for account in accounts:
        change = account.normal * wanted[account.pk]
        after = account.balance.balance + change
        if account.floor is not None and change < 0 and after < account.floor:
            return Problem(
                code="insufficient",
                message=_(
                    "余额不足：“%(account)s”还有%(left)s，需要%(wanted)s。请减少金额，或等待释放、追加后再试。"
                )
                % {
                    "account": account.name,
                    "left": in_unit(account.balance.balance - account.floor, account.unit.code),
                    "wanted": in_unit(-change, account.unit.code),
                },
            )
        if account.ceiling is not None and change > 0 and after > account.ceiling:
            return Problem(code="over_ceiling", message=_messages()["ledger_balance_ceiling"])
    return Problem(code="insufficient", message=_messages()[FLOOR])


def in_unit(amount: int, unit: str) -> str:
    """An amount for people: yuan for fen, a plain number for other units."""
    return _("%(amount)s元") % {"amount": format_yuan(amount)} if unit == "CNY" else f"{amount:,}"


def _exceeded(draft: Draft) -> Iterator[Problem]:
    """The limits that a reservation would break, each with what is used already."""
    stages = {AccountKind.RESERVED, AccountKind.COMMITTED, AccountKind.ORDERED, AccountKind.PAID}
    accounts = Account.objects.in_bulk([account_id for account_id, _amount in draft.lines])
    amount = sum(value for key, value in draft.lines if key in accounts and accounts[key].kind in stages)
    pools = {account.pool for account in accounts.values()}
    limits = Limit.objects.select_related("unit").filter(
        programme_id=draft.programme_id, measure__in=["", draft.measure], pool__in=["", *pools]
    )
    for limit in limits:
        holder = {Dimension.PARTY: draft.party_id, Dimension.ISSUER: draft.issuer_id}.get(
            Dimension(limit.dimension), 0
        )
        year = (draft.year or draft.at.year) if limit.period == Period.YEAR else 0
        used = LimitSum.objects.filter(limit=limit, holder=holder or 0, year=year).first()
        total = used.total if used else 0
        if amount > 0 and total + amount > limit.ceiling:
            yield Problem(
                code="over_limit",
                message=_("超过“%(name)s”：上限%(ceiling)s，已用%(used)s，本次%(amount)s。")
                % {
                    "name": limit.name,
                    "ceiling": in_unit(limit.ceiling, limit.unit.code),
                    "used": in_unit(total, limit.unit.code),
                    "amount": in_unit(amount, limit.unit.code),
                },
                clause=limit.clause,
            )
