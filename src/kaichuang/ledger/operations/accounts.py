"""Open and close accounts and pools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.enums import CREDIT_KINDS, STAGES, AccountKind, OwnerKind, UnitKind
from kaichuang.ledger.models import Account, BudgetLine, Unit

CNY = "CNY"
_NONE: Any = object()


@dataclass(frozen=True, slots=True)
class Pool:
    """The stage accounts of a budget line, voucher pool or risk pool. They never change: keep it as you like."""

    programme_id: int
    code: str
    available: int
    reserved: int
    committed: int
    ordered: int
    paid: int


def yuan() -> Unit:
    """The unit of money: one fen of yuan."""
    return Unit.objects.get_or_create(code=CNY, defaults={"name": _("人民币（分）"), "kind": UnitKind.MONEY})[
        0
    ]


def open_account(
    *,
    programme_id: int,
    code: str,
    name: str,
    kind: str,
    unit: Unit | None = None,
    owner_kind: str = OwnerKind.PROGRAMME,
    owner_id: int | None = None,
    pool: str = "",
    floor: int | None = _NONE,
    ceiling: int | None = None,
) -> Account:
    """The account with this code, opened if there is none. The floor is 0 unless money comes from it.

    Raises `Refused` when the code stands for an account of another kind, unit or owner.
    """
    normal = -1 if kind in CREDIT_KINDS else 1
    owner = {_OWNER_COLUMNS[owner_kind]: owner_id} if owner_kind in _OWNER_COLUMNS else {}
    wanted = {
        "unit": unit or yuan(),
        "kind": kind,
        "pool": pool,
        "normal": normal,
        "owner_kind": owner_kind,
        **owner,
    }
    bounds = {"floor": (None if normal < 0 else 0) if floor is _NONE else floor, "ceiling": ceiling}
    account, _created = Account.objects.get_or_create(
        programme_id=programme_id, code=code, defaults={"name": name, **wanted, **bounds}
    )
    if any(getattr(account, field) != value for field, value in wanted.items()):
        raise Refused(
            Problem(
                "account_differs",
                _("账户“%(code)s”已存在，但性质、单位或所有者不同。请使用其他编码。") % {"code": code},
            )
        )
    return account


_OWNER_COLUMNS: dict[str, str] = {
    OwnerKind.PARTY: "party_id",
    OwnerKind.BUDGET_LINE: "budget_line_id",
    OwnerKind.CARRIER: "carrier_id",
    OwnerKind.CASE: "case_id",
}


@transaction.atomic
def open_pool(
    *, programme_id: int, code: str, name: str, unit: Unit | None = None, line: BudgetLine | None = None
) -> Pool:
    """The five stage accounts of a pool, opened where they are missing."""
    owner = (OwnerKind.BUDGET_LINE, line.pk) if line else (OwnerKind.PROGRAMME, None)
    for stage in STAGES:
        open_account(
            programme_id=programme_id,
            code=f"{code}.{stage}",
            name=f"{name}·{stage.label}",
            kind=stage,
            unit=unit,
            pool=code,
            owner_kind=owner[0],
            owner_id=owner[1],
        )
    return pool_named(programme_id=programme_id, code=code)


def pool_named(*, programme_id: int, code: str) -> Pool:
    """The pool with this code. Raises `Refused` when there is none."""
    rows = Account.objects.filter(programme_id=programme_id, pool=code, kind__in=STAGES)
    ids = dict(rows.values_list("kind", "pk"))
    if len(ids) != len(STAGES):
        raise Refused(Problem("no_pool", _("没有资金池“%(code)s”。") % {"code": code}))
    return Pool(programme_id, code, **{str(stage): ids[stage] for stage in STAGES})


def party_account(*, programme_id: int, party_id: int, kind: str, unit: Unit | None = None) -> Account:
    """A party's own account of a kind (receivable, wallet, deposit, escrow), opened when first needed."""
    unit = unit or yuan()
    return open_account(
        programme_id=programme_id,
        code=f"party.{party_id}.{kind}.{unit.code}",
        name=str(AccountKind(kind).label),
        kind=kind,
        unit=unit,
        owner_kind=OwnerKind.PARTY,
        owner_id=party_id,
    )


def close_account(*, account: Account, on: date) -> None:
    """No postings from `on` onwards. Raises `Refused` while the balance is not zero."""
    with transaction.atomic():
        row = Account.objects.select_for_update(of=("self",)).select_related("balance").get(pk=account.pk)
        if row.balance.balance != 0:
            raise Refused(Problem("balance_left", _("账户余额不为零，不能销户。请先转出余额。")))
        row.closed_on = on
        row.save(update_fields=["closed_on"])
