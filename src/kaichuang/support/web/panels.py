"""What support brings to the pages of a case: its money, and what the officer should look at."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.cases import panels
from kaichuang.cases.models import Case, Source
from kaichuang.cases.permissions import may_work
from kaichuang.kit.http import Request
from kaichuang.kit.money import format_yuan
from kaichuang.support.models import PayeeAccount, ReportState, UseReport
from kaichuang.support.operations.tranches import payee_of
from kaichuang.support.queries.findings import findings_of
from kaichuang.support.queries.funding import shortfall_label, shortfall_of
from kaichuang.support.queries.money import bounces_of
from kaichuang.support.queries.uses import titles_of
from kaichuang.support.web.mine import papers_of, report_move, tranche_badge


def register() -> None:
    """Called once at start-up."""
    panels.register("findings", gettext_lazy("核查提示"), "desk", findings, order=5)
    panels.register("money", gettext_lazy("资金"), "desk", desk_money, order=10)
    panels.register("money", gettext_lazy("资金"), "mine", my_money, order=10)


def findings(case: Case, request: Request) -> str:
    """Nothing where nothing was found."""
    found = findings_of(case)
    return render_to_string("support/fragments/findings.html", {"findings": found}, request) if found else ""


def desk_money(case: Case, request: Request) -> str:
    return _money(case, request, desk=True)


def my_money(case: Case, request: Request) -> str:
    return _money(case, request, desk=False)


def _money(case: Case, request: Request, *, desk: bool) -> str:
    parts = list(case.tranches.select_related("case__version__pack_version"))
    bounces = bounces_of(parts)
    tranches = [
        (tranche, tranche_badge(tranche), papers_of(tranche), bounces.get(tranche.pk)) for tranche in parts
    ]
    report = UseReport.objects.filter(case=case).first()
    titles = titles_of(case) if desk and report is not None else {}
    context: dict[str, Any] = {
        "desk": desk,
        "holdings": list(case.holdings.select_related("claim")) if desk else [],
        "tranches": tranches,
        "report": report,
        "lines": [(line, titles.get(line.category, line.category)) for line in report.lines.all()]
        if report is not None
        else [],
        "report_url": reverse("support:report", args=[case.pk]) if not desk and report_move(case) else "",
        "ruling_url": _ruling_url(case, report, request) if desk else "",
        "recoveries": list(case.recoveries.all()),
        "waits": _waits(case) if desk else "",
        "asks_account": not desk and _asks_account(case),
    }
    names = ("holdings", "tranches", "report", "report_url", "recoveries", "waits", "asks_account")
    shown = any(context[name] for name in names)
    return render_to_string("support/fragments/case_money.html", context, request) if shown else ""


def _ruling_url(case: Case, report: UseReport | None, request: Request) -> str:
    """Where the officer decides about money spent outside the earmark, while the report is under check."""
    if report is None or report.state != ReportState.HANDED_IN or not report.outside_fen:
        return ""
    return reverse("support:ruling", args=[case.pk]) if may_work(request.actor, case) else ""


def _asks_account(case: Case) -> bool:
    """Who need not apply has said nowhere yet where the money should go; asked before the payment waits for it."""
    if case.source != Source.AUTOMATIC or case.ended_at is not None or case.tranches.exists():
        return False
    return not PayeeAccount.objects.filter(party=payee_of(case), replaced_at=None).exists()


def _waits(case: Case) -> str:
    """What is lacking before the decision, and the rule that was declared."""
    if case.granted_fen is not None or case.stage not in ("review", "publicity", "decision"):
        return ""
    wanted = case.proposed_fen or min(case.ceiling_fen or 0, case.requested_fen or case.ceiling_fen or 0)
    lacks = wanted - sum(one.claim.reserved for one in case.holdings.select_related("claim"))
    if lacks <= 0:
        return ""
    return _("尚缺%(lacks)s元；资金不足时的办法：%(rule)s。") % {
        "lacks": format_yuan(lacks),
        "rule": shortfall_label(shortfall_of(case)),
    }
