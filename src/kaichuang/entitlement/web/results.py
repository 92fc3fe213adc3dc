"""Kept results: the page by code, JSON, PDF; and asking one again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.accounts.ratelimit import allow
from kaichuang.entitlement.models import Calculation
from kaichuang.entitlement.models.calculation import plain_code
from kaichuang.entitlement.queries.books import compiled
from kaichuang.entitlement.queries.replaying import MOST_BYTES, ask_again, read_document
from kaichuang.entitlement.web.replay_form import ReplayForm
from kaichuang.entitlement.words import language, localised, shown, title_of
from kaichuang.files.pdf.render import qr_svg, render_pdf
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Problem, Refused
from kaichuang.packs.freeze import read
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.values import parse_money
from kaichuang.ui.forms import add_problems

LOOKUPS = "60/m/ip"
STANDING = {"met": "yes", "not_met": "no", "unknown": "open"}


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """One measure of a frozen answer, as it was written then."""

    id: str
    title: str
    clause: str
    standing: str
    sentence: str
    payable_fen: int | None
    conditions: list[tuple[str, str, str]]
    """(status, sentence, clause)"""
    steps: list[str]


@require_safe
def result(request: Request, code: str) -> HttpResponse:
    """A kept result, exactly as it was."""
    found = _kept(request, code)
    book = compiled(found.version)[1]
    context = {
        "calculation": found,
        "document": found.document,
        "lines": lines_of(found.document),
        "facts": facts_of(found.document, book),
        "replay_url": f"{reverse('entitlement:replay')}?code={found.code}",
        "address": request.build_absolute_uri(reverse("entitlement:result", args=[found.code])),
    }
    return render(request, "entitlement/result.html", context)


@require_safe
def result_json(request: Request, code: str) -> HttpResponse:
    """The frozen document."""
    found = _kept(request, code)
    answer = JsonResponse(found.document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.json"'
    return answer


@require_safe
def result_pdf(request: Request, code: str) -> HttpResponse:
    """The same on paper, with the code to check it by."""
    found = _kept(request, code)
    book = compiled(found.version)[1]
    address = settings.BASE_URL + reverse("entitlement:result", args=[found.code])
    data = {
        "title": _("政策测算结果"),
        "code": found.grouped,
        "qr": qr_svg(address),
        "address": address,
        "facts": [
            [_("项目"), found.programme.name],
            [_("测算日期"), found.as_of.isoformat()],
            [_("生成时间"), f"{timezone.localtime(found.made_at):%Y-%m-%d %H:%M}"],
            [_("政策包"), f"{found.version.pack} {found.version.version}"],
            [_("规则校验值"), found.version.sha256],
            [_("结果校验值"), found.digest],
        ],
        "told_title": _("据以测算的情况"),
        "told": [[title, value] for title, value, _source in facts_of(found.document, book)],
        "lines": [
            {
                "title": f"{line.id} {line.title}",
                "clause": line.clause,
                "standing": {"yes": _("可享受"), "no": _("不符合"), "open": _("待定")}[line.standing],
                "sentence": line.sentence,
                "conditions": [[_MARKS[status], text, clause] for status, text, clause in line.conditions],
                "steps": line.steps,
            }
            for line in lines_of(found.document)
        ],
        "note": _(
            "本结果由规则自动计算，以文件原文和主管部门决定为准。扫描二维码或输入编号可以核对并重新计算。"
        ),
    }
    pdf = render_pdf("entitlement/result", data, created=found.made_at)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.code}.pdf"'
    return answer


_MARKS = {"met": "✓", "not_met": "✗", "unknown": "?"}


@require_http_methods(["GET", "HEAD", "POST"])
def replay(request: Request) -> HttpResponse:
    """Ask a frozen answer again: an uploaded file, or one kept here."""
    given: Mapping[str, Any] | None = request.POST if request.method == "POST" else None
    if given is None and request.GET.get("code"):
        given = request.GET
    form = ReplayForm(given, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if given is not None and form.is_valid():
        if not allow(request, "entitlement.replay", LOOKUPS):
            raise Refused(Problem("too_many", _("查询过于频繁，请稍后再试。")))
        try:
            document = _document(form)
            again = ask_again(document)
        except Refused as refused:
            add_problems(form, refused)
        else:
            book = compiled(again.version)[1]
            context |= {"again": again, "lines": lines_of(document), "facts": facts_of(document, book)}
    return render(request, "entitlement/replay.html", context, status=422 if form.errors else 200)


def _document(form: ReplayForm) -> Mapping[str, Any]:
    file = form.cleaned_data["file"]
    if file is not None:
        return read_document(file.read(MOST_BYTES + 1))
    code = plain_code(form.cleaned_data["code"])
    found = Calculation.objects.filter(code=code).first()
    if found is None:
        raise Refused(Problem("unknown_code", _("没有这个编号，请核对后重新输入。"), field="code"))
    document: Mapping[str, Any] = found.document
    return document


def _kept(request: Request, code: str) -> Calculation:
    if not allow(request, "entitlement.result", LOOKUPS):
        raise Refused(Problem("too_many", _("查询过于频繁，请稍后再试。")))
    rows = Calculation.objects.select_related("programme", "version")
    found: Calculation = get_object_or_404(rows, code=plain_code(code))
    return found


def lines_of(document: Mapping[str, Any]) -> list[FrozenLine]:
    """The results of a frozen answer in the reader's language, as they were worded then; what applies comes first."""
    lines = [
        FrozenLine(
            id=one["measure"],
            title=_text(one["title"]),
            clause=one["clause"],
            standing=STANDING[one["status"]],
            sentence=_text(one["sentence"]),
            payable_fen=None if one["payable"] is None else parse_money(one["payable"]),
            conditions=[
                (c["status"], _text(c["text"]), "" if c["clause"].startswith("GLOBAL") else c["clause"])
                for c in one["conditions"]
            ],
            steps=[_text(step["text"]) for step in one["steps"]],
        )
        for one in document["results"].values()
    ]
    order = ("yes", "open", "no")
    return sorted(lines, key=lambda line: order.index(line.standing))


def facts_of(document: Mapping[str, Any], book: Rulebook) -> list[tuple[str, str, str]]:
    """(title, value, source) of everything that was known then; what was unknown and assumed is left out."""
    assumed = set(document["assumed"])
    sources = document["sources"]
    values = {name: read(value) for name, value in document["facts"].items()}
    found = [
        (title_of(book, name), shown(book, name, values), _source(sources.get(name)))
        for name, value in values.items()
        if value is not None and name not in assumed
    ]
    for code, rows in document["tables"].items():
        if rows is not None:
            found.append((title_of(book, code), _("%(n)d 行") % {"n": len(rows)}, _source(sources.get(code))))
    return found


def _source(source: Mapping[str, str] | None) -> str:
    if source is None:
        return ""
    known = {
        "declared": _("自行申报"),
        "derived": _("系统计算"),
        "reported": _("部门提供"),
        "calculator": _("测算时填写"),
    }
    label = known.get(source["source"], source["source"])
    return f"{label} {source['told_on']}" if "told_on" in source else label


def _text(text: Mapping[str, str]) -> str:
    if language() == "en":
        return text["en"] or text["zh"]
    return localised(text["zh"])
