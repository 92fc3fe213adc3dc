"""Undo a transfer by its mirror image."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.ledger.drafts import Draft, Posted
from kaichuang.ledger.enums import TransferKind
from kaichuang.ledger.models import Transfer
from kaichuang.ledger.operations.post import post


def reverse(*, transfer: Transfer, key: str, at: date, actor: Actor, reason: str) -> Posted:
    """Post the opposite of `transfer`, once; the original stays. Raises `Refused` when money has moved on."""
    if not reason.strip():
        raise Refused(Problem("reason_required", _("冲正必须写明理由。"), field="reason"))
    if transfer.kind == TransferKind.REVERSE:
        raise Refused(Problem("not_reversible", _("冲正凭证不能再冲正，请重新记账。")))
    root = transfer.pk if transfer.kind == TransferKind.RESERVE else None
    return post(
        Draft(
            programme_id=transfer.programme_id,
            key=key,
            kind=TransferKind.REVERSE,
            at=at,
            lines=tuple(
                (account_id, -amount)
                for account_id, amount in transfer.postings.order_by("line").values_list(
                    "account_id", "amount"
                )
            ),
            actor=actor,
            description=reason,
            clause=transfer.clause,
            claim_id=transfer.claim_id or root,
            reverses_id=transfer.pk,
        )
    )
