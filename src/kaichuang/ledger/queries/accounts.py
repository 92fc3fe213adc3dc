"""Accounts, their balances and what moved them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kaichuang.kit.actor import Actor
from kaichuang.ledger.models import Account, Claim, Limit, Transfer
from kaichuang.ledger.permissions import SEE_ALL, may_see_books


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees every account of its programme, not just its party's."""
    return actor.is_system or (actor.programme_id is not None and actor.has(*SEE_ALL))


def accounts_for(actor: Actor) -> QuerySet[Account]:
    """All accounts of the programme for those who see its books, the party's own for others, none for the public."""
    accounts = Account.objects.select_related("unit", "balance", "party", "budget_line")
    if actor.is_system:
        return accounts
    if sees_all(actor):
        return accounts.filter(programme_id=actor.programme_id or 0)
    if actor.party_id is None:
        return accounts.none()
    return accounts.filter(party_id=actor.party_id, programme_id=actor.programme_id or 0)


def claims_for(actor: Actor) -> QuerySet[Claim]:
    """All claims of the programme for those who see its books, the party's own (as beneficiary) for others."""
    claims = Claim.objects.select_related("unit", "party", "issuer")
    if actor.is_system:
        return claims
    if sees_all(actor):
        return claims.filter(programme_id=actor.programme_id or 0)
    if actor.party_id is None:
        return claims.none()
    return claims.filter(party_id=actor.party_id, programme_id=actor.programme_id or 0)


def transfers_for(actor: Actor) -> QuerySet[Transfer]:
    """The vouchers (记账凭证) the actor may open: all of the programme's, or those that touch the party's accounts."""
    transfers = Transfer.objects.select_related("claim", "reverses", "claws_back")
    if actor.is_system:
        return transfers
    if sees_all(actor):
        return transfers.filter(programme_id=actor.programme_id or 0)
    if actor.party_id is None:
        return transfers.none()
    own_claims = Claim.objects.filter(party_id=actor.party_id, programme_id=actor.programme_id or 0).values(
        "pk"
    )
    own_accounts = Account.objects.filter(
        party_id=actor.party_id, programme_id=actor.programme_id or 0
    ).values("pk")
    return transfers.filter(
        Q(pk__in=own_claims) | Q(claim__in=own_claims) | Q(postings__account__in=own_accounts)
    ).distinct()


def limits_for(actor: Actor) -> QuerySet[Limit]:
    """The programme's limits: they are published rules, so everybody may read them."""
    return Limit.objects.select_related("unit").filter(programme_id=actor.programme_id or 0)


def may_open_books(actor: Actor) -> bool:
    """Whether the pages of the books have anything for this actor beyond its own accounts."""
    return bool(actor.programme_id and may_see_books(actor, _OfProgramme(actor.programme_id)))


class _OfProgramme:
    def __init__(self, programme_id: int) -> None:
        self.programme_id = programme_id
