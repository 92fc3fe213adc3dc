"""A party enters and confirms the account to which it is paid."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied, require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.kit.secrets import lookup_hash
from kaichuang.ledger.enums import Outcome
from kaichuang.parties.models import Party, PartyKind
from kaichuang.support.models import Instruction, PayeeAccount, Tranche, TrancheState
from kaichuang.support.operations.bounces import close_corrected, pay_to
from kaichuang.support.operations.tranches import payee_of, settle_tranches

_NUMBER = re.compile(r"^\d{8,32}$")


def may_confirm(actor: Actor, party: Party) -> Permit:
    """Those who act for the party, and nobody in its place."""
    if actor.is_system or (actor.party_id is not None and actor.party_id == party.pk):
        return ALLOWED
    return denied(_("收款账户只能由收款人自己确认。"))


def confirm_account(
    *, party: Party, holder: str, bank: str, number: str, actor: Actor, now: datetime
) -> PayeeAccount:
    """Enter and confirm the account; it takes the place of the earlier one, also for payments not yet in a batch.

    The holder is the party itself, so that money meant for one never reaches another. Tranches that waited for an
    account go on at once.
    """
    require(may_confirm(actor, party))
    digits = re.sub(r"[\s\-]", "", number)
    holder, bank = holder.strip(), bank.strip()
    refuse_if(_problems(party, holder, bank, digits))
    with transaction.atomic():
        Party.objects.select_for_update(of=("self",), no_key=True).get(pk=party.pk)
        PayeeAccount.objects.filter(party=party, replaced_at=None).update(replaced_at=now)
        account = PayeeAccount.objects.create(
            party=party,
            holder=holder,
            bank=bank,
            number=digits,
            number_hash=lookup_hash(digits),
            confirmed_at=now,
            confirmed_by_id=actor.user_id,
        )
        record(
            actor=actor,
            now=now,
            action="confirm_account",
            subject=account,
            payload={"bank": bank, "number": account.masked_number},
        )
        _redirect(account, actor, now)
        for case in _waiting(party):
            settle_tranches(
                [case], actor=Actor.system("support.account", programme_id=case.programme_id), now=now
            )
    return account


def _problems(party: Party, holder: str, bank: str, digits: str) -> list[Problem]:
    found = []
    if not holder:
        found.append(Problem("holder_required", _("请填写户名。"), field="holder"))
    elif party.kind != PartyKind.TEAM and _plain(holder) != _plain(party.name):
        message = _("户名应与收款人名称“%(name)s”一致。") % {"name": party.name}
        found.append(Problem("holder_differs", message, field="holder"))
    if not bank:
        found.append(Problem("bank_required", _("请填写开户行。"), field="bank"))
    if not _NUMBER.match(digits):
        found.append(Problem("number", _("账号应为8至32位数字。"), field="number"))
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s()（）]", "", name).casefold()


def _redirect(account: PayeeAccount, actor: Actor, now: datetime) -> None:
    """Payments that are in no batch yet go to the new account; what came back from another one goes on."""
    mine = Instruction.objects.filter(
        payment__batch=None, payment__outcome=Outcome.PENDING, payment__claim__party=account.party_id
    )
    for one in mine.select_related("payment", "tranche").order_by("payment"):
        pay_to(account, one.payment)
        close_corrected(one.tranche, actor=actor, now=now)


def _waiting(party: Party) -> list[Case]:
    waiting = Tranche.objects.filter(state=TrancheState.WAITING_ACCOUNT, is_final=False).values("case")
    cases = Case.objects.filter(pk__in=waiting).select_related("programme", "matter", "version")
    return [case for case in cases if payee_of(case) == party.pk]
