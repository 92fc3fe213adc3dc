"""The public verification page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaichuang.accounts.ratelimit import allow
from kaichuang.files import store
from kaichuang.files.queries import Verification, verify_code, verify_file
from kaichuang.files.web import facts
from kaichuang.files.web.forms import VerifyForm
from kaichuang.kit.http import Request

RATE = "20/m/ip"
"""Enough for people; a robot would need 10¹⁵ years for a code."""


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: Request) -> HttpResponse:
    """Say whether a document is genuine: by code (typed, or from the QR code) or by the file itself."""
    if request.method == "POST":
        form = VerifyForm(request.POST, request.FILES)
    else:
        form = VerifyForm({"code": request.GET["code"]} if request.GET.get("code") else None)
    if not form.is_bound:
        return render(request, "files/verify.html", {"form": form})
    if not allow(request, "files.verify", RATE):
        context = {"form": VerifyForm(), "limited": _("查询过于频繁，请一分钟后再试。")}
        return render(request, "files/verify.html", context, status=429)
    found = _answer(form) if form.is_valid() else None
    context = {
        "form": form,
        "found": found,
        "verdict": found.verdict.value if found else "",
        "items": facts.for_everybody(found.document) if found and found.document else [],
    }
    return render(request, "files/verify.html", context, status=422 if form.errors else 200)


def _answer(form: VerifyForm) -> Verification | None:
    upload = form.cleaned_data.get("file")
    if not upload:
        return verify_code(form.cleaned_data["code"])
    try:
        received = store.receive(upload.chunks(), limit=settings.MAX_UPLOAD_BYTES)
    except store.TooLarge:
        form.add_error("file", _("文件过大，不是本系统签发的文书。"))
        return None
    try:
        return verify_file(received)
    finally:
        received.discard()
