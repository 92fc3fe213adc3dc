"""How much of an award stays with the party, and whether its use is still to be reported."""

from __future__ import annotations

from django.db.models import Sum

from kaichuang.cases.models import Case, DecisionKind
from kaichuang.support.models import Recovery, ReportState, Tranche, TrancheState, UseReport


def kept_of(case: Case) -> int:
    """Fen that were paid for a case and that nobody has claimed back."""
    paid = Tranche.objects.filter(case=case, state=TrancheState.PAID).aggregate(total=Sum("amount_fen"))
    back = Recovery.objects.filter(case=case).aggregate(total=Sum("principal_fen"))
    return int(paid["total"] or 0) - int(back["total"] or 0)


def stands(case: Case) -> bool:
    """Whether part of the award stays with the party under a decision that was not revoked."""
    return kept_of(case) > 0 and not case.decisions.filter(kind=DecisionKind.REVOKED).exists()


def owes_report(case: Case) -> bool:
    """Whether the matter asks for a report on the use of the money and none has been accepted."""
    if case.version.file.matter.report is None:
        return False
    return not UseReport.objects.filter(case=case, state=ReportState.ACCEPTED).exists()
