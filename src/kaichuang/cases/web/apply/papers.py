"""What can be taken home: the application as it was frozen, the decision, the letter."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaichuang.cases.models import Case, Letter, Submission
from kaichuang.cases.web.apply.common import own_case, pack_of
from kaichuang.entitlement.queries.books import compiled
from kaichuang.entitlement.web.results import facts_of, lines_of
from kaichuang.entitlement.words import named
from kaichuang.files.pdf.render import qr_svg, render_pdf
from kaichuang.files.web.download import file_response
from kaichuang.kit.http import Request

MARKS = {"met": "✓", "not_met": "✗", "unknown": "?"}


@login_required
@require_safe
def application_json(request: Request, pk: int, number: int) -> HttpResponse:
    """What was handed in, with its sources and fingerprints; the answer of the rules can be replayed."""
    case = own_case(request, pk)
    found = _submission(case, number)
    document = {
        "number": case.number,
        "matter": case.matter.code,
        "submission": found.number,
        "made_at": found.made_at.isoformat(),
        "answers": found.answers,
        "papers": found.papers,
        "answer": found.document,
    }
    return _json(document, f"{case.number}-{found.number}.json")


@login_required
@require_safe
def application_pdf(request: Request, pk: int, number: int) -> HttpResponse:
    """The same on paper."""
    case = own_case(request, pk)
    found = _submission(case, number)
    address = settings.BASE_URL + reverse("cases:case", args=[case.pk])
    pdf = render_pdf("entitlement/result", _paper(case, found, address), created=found.made_at)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{case.number}-{found.number}.pdf"'
    return answer


@login_required
@require_safe
def decision_json(request: Request, pk: int, decision: int) -> HttpResponse:
    """The frozen answer on which a decision rests; anybody with the file can replay it."""
    case = own_case(request, pk)
    found = get_object_or_404(case.decisions, pk=decision)
    if found.document is None:
        raise Http404
    return _json(found.document, f"{case.number}-decision-{found.pk}.json")


@login_required
@require_safe
def letter(request: Request, pk: int, decision: int) -> HttpResponseBase:
    """The letter about a decision."""
    case = own_case(request, pk)
    rows = Letter.objects.select_related("document__attachment__content")
    found = get_object_or_404(rows, decision__case=case, decision=decision)
    if found.document is None:
        raise Http404(_("决定书正在生成，请稍后再看。"))
    return file_response(request, found.document.attachment)


def _submission(case: Case, number: int) -> Submission:
    rows = case.submissions.select_related("version__pack_version")
    found: Submission = get_object_or_404(rows, number=number if number < 2**15 else 0)
    return found


def _json(document: Any, name: str) -> HttpResponse:
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _paper(case: Case, found: Submission, address: str) -> dict[str, Any]:
    pack = pack_of(case)
    told = [[named(pack, "evidence", one["paper"]), one["name"]] for one in found.papers]
    lines: list[dict[str, Any]] = []
    facts = [
        [_("事项"), f"{case.matter.code} {case.matter.title}"],
        [_("申请人"), case.party.name],
        [_("受理编号"), case.number],
        [_("提交时间"), f"{timezone.localtime(found.made_at):%Y-%m-%d %H:%M}"],
        [_("政策包"), f"{found.version.pack_version.pack} {found.version.pack_version.version}"],
    ]
    if found.document is not None:
        book = compiled(found.version.pack_version)[1]
        told = [[title, value] for title, value, _source in facts_of(found.document, book)] + told
        facts.append([_("校验值"), found.digest])
        lines = [
            {
                "title": f"{line.id} {line.title}",
                "clause": line.clause,
                "standing": {"yes": _("符合条件"), "no": _("不符合"), "open": _("待定")}[line.standing],
                "sentence": line.sentence,
                "conditions": [[MARKS[status], text, clause] for status, text, clause in line.conditions],
                "steps": line.steps,
            }
            for line in lines_of(found.document)
        ]
    return {
        "title": _("申请书"),
        "code": f"{case.number}-{found.number}",
        "qr": qr_svg(address),
        "address": address,
        "facts": facts,
        "told_title": _("填报内容和材料"),
        "told": told,
        "lines": lines,
        "note": _("本申请书由平台在提交时固定，内容不可更改。"),
    }
