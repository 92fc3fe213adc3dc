"""What an applicant does with a case: answer points of a correction, withdraw, confirm, decline, appeal."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaichuang.cases.operations.move import move_case
from kaichuang.cases.operations.reply import reply_to_correction
from kaichuang.cases.web.apply.common import own_case
from kaichuang.cases.web.apply.own import case_page
from kaichuang.entitlement.words import words
from kaichuang.kit.http import Request
from kaichuang.kit.problems import NotAllowed, Refused

_LONGEST = 2000


@login_required
@require_POST
def reply(request: Request, pk: int) -> HttpResponse:
    """Answers in words to the points of the open correction."""
    case = own_case(request, pk)
    replies = {
        int(name.removeprefix("reply-")): str(text).replace("\x00", "")
        for name, text in request.POST.items()
        if name.startswith("reply-") and name.removeprefix("reply-").isdecimal() and len(name) < 12
    }
    try:
        reply_to_correction(case=case, replies=replies, actor=request.actor, now=request.now)
    except NotAllowed:
        raise
    except Refused as refused:
        return case_page(request, case, list(refused.problems))
    messages.success(request, _("答复已保存，提交补正时一并送达。"))
    return redirect("cases:review" if request.POST.get("do") == "review" else "cases:case", case.pk)


@login_required
@require_POST
def act(request: Request, pk: int, move: str) -> HttpResponse:
    """One of the applicant's own moves."""
    case = own_case(request, pk)
    declared = {one.id: one for one in case.version.file.workflow.moves if "applicant" in one.by}
    if move not in declared:
        raise Http404
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:_LONGEST]
    try:
        moved = move_case(case=case, move=move, actor=request.actor, now=request.now, reason=reason)
    except NotAllowed:
        raise
    except Refused as refused:
        return case_page(request, case, list(refused.problems))
    messages.success(request, _("已办理：%(move)s。") % {"move": words(declared[move].title)})
    return redirect("cases:case", moved.pk)
