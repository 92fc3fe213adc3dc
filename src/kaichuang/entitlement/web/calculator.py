"""The calculator: asks what is still needed, shows at once what follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.accounts.ratelimit import allow
from kaichuang.entitlement.operations import keep_calculation
from kaichuang.entitlement.operations.keep_calculation import frozen
from kaichuang.entitlement.queries.answers import BrokenLink, Told, read_token
from kaichuang.entitlement.queries.asking import Asked, subjects_of
from kaichuang.entitlement.queries.books import Loaded, current_versions, loaded
from kaichuang.entitlement.queries.measures import subjects
from kaichuang.entitlement.queries.questions import next_questions, questions_named
from kaichuang.entitlement.queries.results import result_of
from kaichuang.entitlement.web.answered import answered_lines
from kaichuang.entitlement.web.common import (
    asked_by,
    forget,
    read_day,
    remember,
    remembered,
    rules_of,
    today_of,
    told_by,
)
from kaichuang.entitlement.web.forms import AnswerForm, drawn
from kaichuang.entitlement.words import language, localised, words
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.queries.programmes import programmes_for
from kaichuang.rules.lang.errors import RulesError

SAVES = "20/h/ip"
LONGEST_LINK = 6000


@dataclass(frozen=True)
class Place:
    """A place to choose."""

    slug: str
    name: str
    place: str
    chosen: bool


@require_safe
def start(request: Request) -> HttpResponse:
    """Where and who: the two questions before all others."""
    programmes = programmes_for(request.actor).filter(pack_versions__is_current=True).distinct()
    places = [
        Place(one.slug, one.name, one.place.name, bool(request.programme) and one.pk == request.programme.pk)
        for one in programmes.order_by("place_id")
    ]
    here = [loaded(version) for version in current_versions(request.programme)] if request.programme else []
    context = {
        "places": places,
        "packs": [{"loaded": one, "subjects": subjects(one), "title": pack_title(one)} for one in here],
        "today": today_of(request),
    }
    return render(request, "entitlement/start.html", context)


def pack_title(one: Loaded) -> str:
    """The title of the document that gives the pack its validity."""
    return words(one.pack.main.title if one.pack.main is not None else one.pack.info.title)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calculator(request: Request) -> HttpResponse:
    """The questions and the answers, for anybody."""
    if request.method == "POST":
        return _answer(request, mine=False)
    shared = request.GET.get("a", "")
    if shared:
        return _shared(request, shared)
    loaded = rules_of(request, request.GET.get("pack", ""))
    told = remembered(request, request.programme.slug, loaded.version.pack, mine=False)
    who = tuple(code for code in request.GET.getlist("who") if code in subjects_of(loaded.book))
    day = read_day(request.GET.get("as_of", ""))
    if told is None and not who:
        if {"who", "pack", "as_of"} & set(request.GET):
            messages.warning(request, _("请先选择您是谁，再开始测算。"))
        return redirect("entitlement:start")
    told = told or Told(request.programme.slug, loaded.version.pack)
    told = replace(told, who=who or told.who, as_of=day or told.as_of)
    return _page(request, asked_by(request, told), mine=False)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Request) -> HttpResponse:
    """The same for one's own party: what the platform knows already is not asked again."""
    if request.method == "POST":
        return _answer(request, mine=True)
    loaded = rules_of(request, request.GET.get("pack", ""))
    if request.actor.party_id is None:
        choose = f"{reverse('portal:acting')}?{urlencode({'next': request.get_full_path()})}"
        return render(request, "entitlement/no_party.html", {"choose_url": choose})
    told = remembered(request, request.programme.slug, loaded.version.pack, mine=True)
    told = told or Told(request.programme.slug, loaded.version.pack)
    return _page(request, asked_by(request, told, mine=True), mine=True)


@never_cache
@require_POST
def live(request: Request) -> HttpResponse:
    """Only the results, while somebody is still filling in the questions."""
    own = bool(request.POST.get("mine")) and request.actor.party_id is not None
    asked, form = _form(request, mine=own)
    form.is_valid()
    told = form.answered
    if _computable(replace(asked, told=told), form):
        remember(request, told, mine=own)
        asked = replace(asked, told=told)
    return render(request, "entitlement/fragments/results.html", _results(request, asked, mine=own))


@require_POST
def save(request: Request) -> HttpResponse:
    """Keep the result under a code, or hand it over as JSON."""
    own = bool(request.POST.get("mine")) and request.actor.party_id is not None
    asked = asked_by(request, told_by(request), mine=own)
    if request.POST.get("do") == "json":
        answer = JsonResponse(frozen(asked), json_dumps_params={"ensure_ascii": False, "indent": 1})
        name = f"{asked.loaded.programme.slug}-{asked.as_of}.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    if not allow(request, "entitlement.save", SAVES):
        raise Refused(Problem("too_many", _("保存过于频繁，请稍后再试，或直接下载 JSON。")))
    calculation = keep_calculation(actor=request.actor, now=request.now, asked=asked)
    return redirect("entitlement:result", calculation.code)


def _shared(request: Request, token: str) -> HttpResponse:
    try:
        told = read_token(token)
    except BrokenLink:
        return render(request, "entitlement/broken.html", status=400)
    return _page(request, asked_by(request, told), mine=False)


def _answer(request: Request, *, mine: bool) -> HttpResponse:
    """What the page's form and its buttons ask for."""
    action, _colon, name = request.POST.get("do", "next").partition(":")
    asked, form = _form(request, mine=mine)
    address = reverse("entitlement:mine" if mine else "entitlement:calculator")
    place = {"programme": asked.told.programme, "pack": asked.told.pack}
    if action == "clear":
        forget(request, asked.told, mine=mine)
        fresh = Told(asked.told.programme, asked.told.pack, asked.told.who, asked.told.as_of)
        remember(request, fresh, mine=mine)
        return redirect(f"{address}?{urlencode(place)}")
    valid = form.is_valid()
    told = form.answered
    if action == "basis":
        told = _based(request, asked, told)
    if action == "valid":
        told = replace(told, as_of=read_day(request.POST.get(f"valid_on_{name}", "")) or told.as_of)
    if action == "drop":
        told = _without(told, name)
    if not _computable(replace(asked, told=told), form):
        return _page(request, asked, mine=mine, form=form)
    remember(request, told, mine=mine)
    if not valid and action == "next":
        return _page(request, replace(asked, told=told), mine=mine, form=form)
    opened = {"open": name} if action == "open" else {}
    return redirect(f"{address}?{urlencode({**place, **opened})}")


def _computable(asked: Asked, form: AnswerForm) -> bool:
    """Whether the answers can be computed exactly; what is too large for that is told in the form and not kept."""
    try:
        result_of(asked)
    except RulesError as errors:
        for found in errors.problems:
            form.add_error(None, found.en if language() == "en" else localised(found.zh))
        return False
    return True


def _based(request: Request, asked: Asked, told: Told) -> Told:
    """Another day, or somebody else."""
    day = read_day(request.POST.get("as_of", ""))
    who = tuple(code for code in request.POST.getlist("who") if code in subjects_of(asked.book))
    return replace(told, as_of=day or told.as_of, who=who or told.who)


def _without(told: Told, name: str) -> Told:
    """Without one answer."""
    return replace(
        told,
        facts={code: value for code, value in told.facts.items() if code != name},
        tables={code: rows for code, rows in told.tables.items() if code != name},
        unknown=told.unknown - {name},
    )


def _form(request: Request, *, mine: bool) -> tuple[Asked, AnswerForm]:
    """The form as the page asked it, with what was filled in."""
    asked = asked_by(request, told_by(request), mine=mine)
    names = request.POST.get("asked", "").split(",")
    totals = [key[2:] for key in request.POST if key.startswith("q-") and "." in key]
    questions = questions_named(asked, names, totals)
    return asked, AnswerForm(request.POST, asked=asked, questions=questions)


def _page(request: Request, asked: Asked, *, mine: bool, form: AnswerForm | None = None) -> HttpResponse:
    wrong = form is not None
    if form is None:
        opened = request.GET.get("open", "")
        questions = questions_named(asked, [opened])
        questions += [q for q in next_questions(asked) if q.name != opened][: 4 - len(questions)]
        form = AnswerForm(None, asked=asked, questions=questions)
    context = {
        **_results(request, asked, mine=mine),
        "form": form,
        "questions": drawn(form),
        "names": ",".join(question.name for question in form.questions),
        "page_token": asked.told.token(),
        "answered": answered_lines(asked),
        "subjects": subjects(asked.loaded),
        "moved": bool(getattr(request, "htmx", False)),
        "title": pack_title(asked.loaded),
        "outdated": any(not validity.applies for validity in asked.validity),
    }
    return render(request, "entitlement/calculator.html", context, status=422 if wrong else 200)


def _results(request: Request, asked: Asked, *, mine: bool) -> dict[str, Any]:
    token = asked.told.token()
    share = f"{reverse('entitlement:calculator')}?{urlencode({'a': token})}"
    return {
        "asked": asked,
        "told": asked.told,
        "result": result_of(asked),
        "token": token,
        "mine": mine,
        "share": "" if mine or len(share) > LONGEST_LINK else share,
        "action": reverse("entitlement:mine" if mine else "entitlement:calculator"),
        "programme": asked.loaded.programme,
    }
