"""How much of an award stays with the party."""

from __future__ import annotations

from django.db.models import Sum

from kaichuang.cases.models import Case
from kaichuang.support.models import Recovery, Tranche, TrancheState


def kept_of(case: Case) -> int:
    """Fen that were paid for a case and that nobody has claimed back."""
    paid = Tranche.objects.filter(case=case, state=TrancheState.PAID).aggregate(total=Sum("amount_fen"))
    back = Recovery.objects.filter(case=case).aggregate(total=Sum("principal_fen"))
    return int(paid["total"] or 0) - int(back["total"] or 0)
