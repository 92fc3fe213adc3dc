"""Who may see and move money."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, any_role, denied, signed_in
from kaichuang.ledger.models import Account, Batch
from kaichuang.parties.models import Party, Role
from kaichuang.places.models import Programme

SEE_ALL = (Role.FINANCE, Role.AUDITOR, Role.LEADER, Role.ADMINISTRATOR)

_keeps_books = any_role(Role.FINANCE)
_sees_books = any_role(*SEE_ALL)


def _same_programme(actor: Actor, programme_id: int) -> Permit:
    if actor.is_system or actor.programme_id == programme_id:
        return ALLOWED
    return denied(_("这是其他项目的资金。请先切换到该项目。"))


def may_keep_books(actor: Actor, subject: Any) -> Permit:
    """Finance of the programme, and the system: budgets, limits, batches, reversals."""
    permit = _keeps_books(actor, subject)
    return _same_programme(actor, _programme_of(subject)) if permit else permit


def may_see_books(actor: Actor, subject: Any) -> Permit:
    """Finance, auditors, leaders and administrators of the programme: all accounts, read only."""
    permit = _sees_books(actor, subject)
    return _same_programme(actor, _programme_of(subject)) if permit else permit


def may_see_account(actor: Actor, account: Account) -> Permit:
    """Whoever sees the books; a party sees its own accounts."""
    if account.party_id is not None and actor.party_id == account.party_id:
        return signed_in(actor, account)
    return may_see_books(actor, account)


def may_see_party(actor: Actor, party: Party, programme: Programme) -> Permit:
    """Whoever sees the books; a party sees its own money."""
    if actor.party_id == party.pk:
        return signed_in(actor, party)
    return may_see_books(actor, programme)


def may_check_batch(actor: Actor, batch: Batch) -> Permit:
    """Finance of the programme, but never the maker: two persons for every batch."""
    permit = may_keep_books(actor, batch)
    if permit and not actor.is_system and actor.user_id == batch.maker_id:
        return denied(_("制单人不能复核自己的批次，请由另一人复核。"), code="maker_is_checker")
    if permit and actor.user_id is None:
        return denied(_("复核须由人员进行。"), code="person_required")
    return permit


def _programme_of(subject: Any) -> int:
    return int(getattr(subject, "programme_id", None) or subject.pk)
