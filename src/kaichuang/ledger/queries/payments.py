"""Payments and batches."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Sum

from kaichuang.kit.actor import Actor
from kaichuang.ledger.models import Batch, Payment
from kaichuang.ledger.queries.accounts import sees_all


def batches_for(actor: Actor) -> QuerySet[Batch]:
    """The programme's batches with number and sum of payments, for those who see its books."""
    batches = Batch.objects.select_related("maker", "checker", "programme")
    if not sees_all(actor):
        return batches.none()
    if not actor.is_system:
        batches = batches.filter(programme_id=actor.programme_id or 0)
    return batches.annotate(
        count=Count("payments"),
        total=Sum("payments__amount"),
        failed=Count("payments", filter=Q(payments__outcome__in=["failed", "returned"])),
    )


def payments_for(actor: Actor) -> QuerySet[Payment]:
    """The programme's payments for those who see its books; a party's own for the party."""
    payments = Payment.objects.select_related("claim", "batch")
    if actor.is_system:
        return payments
    if sees_all(actor):
        return payments.filter(programme_id=actor.programme_id or 0)
    if actor.party_id is None:
        return payments.none()
    return payments.filter(programme_id=actor.programme_id or 0, claim__party_id=actor.party_id)


def due_payments_for(actor: Actor) -> QuerySet[Payment]:
    """Payments that the next batch takes, the oldest first."""
    return _waiting(actor).filter(is_held=False)


def held_payments_for(actor: Actor) -> QuerySet[Payment]:
    """Payments that came back from the bank and wait for another account or for finance, the oldest first."""
    return _waiting(actor).filter(is_held=True).select_related("retries")


def _waiting(actor: Actor) -> QuerySet[Payment]:
    return payments_for(actor).filter(batch=None, outcome="").order_by("due_on", "pk")
