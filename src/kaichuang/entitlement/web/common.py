"""What the pages of this context share: the programme's rules, the day, the answers kept in the session."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.answers import BrokenLink, Told, read_token
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.books import Loaded, current
from kaichuang.entitlement.queries.known import known_facts
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Programme
from kaichuang.places.queries.programmes import programmes_for

SESSION_KEY = "entitlement"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def today_of(request: Request) -> date:
    """The business date of the programme, else today."""
    return business_date(request.programme or None, request.now)


def read_day(text: str) -> date | None:
    """A day from an address; None when it is none, or lies where no rule can count."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def visible_programme(request: Request, slug: str) -> Programme:
    """A programme that the reader may see; 404 otherwise."""
    found: Programme = get_object_or_404(programmes_for(request.actor), slug=slug)
    return found


def rules_of(request: Request, pack: str = "") -> Loaded:
    """The rules of the programme at hand; 404 where there are none of that name."""
    found = current(request.programme, pack) if request.programme else None
    if found is None:
        raise Http404(_("本项目尚未发布政策规则。"))
    return found


def remembered(request: Request, programme: str, pack: str, *, mine: bool) -> Told | None:
    """The answers kept in this session."""
    token = request.session.get(SESSION_KEY, {}).get(_slot(programme, pack, mine))
    if not token:
        return None
    try:
        return read_token(token)
    except BrokenLink:
        return None


def remember(request: Request, told: Told, *, mine: bool) -> None:
    """Keep the answers, so that coming back continues where one was."""
    kept: dict[str, Any] = dict(request.session.get(SESSION_KEY, {}))
    kept[_slot(told.programme, told.pack, mine)] = told.token()
    request.session[SESSION_KEY] = kept


def forget(request: Request, told: Told, *, mine: bool) -> None:
    """Drop the answers."""
    kept: dict[str, Any] = dict(request.session.get(SESSION_KEY, {}))
    if kept.pop(_slot(told.programme, told.pack, mine), None) is not None:
        request.session[SESSION_KEY] = kept


def _slot(programme: str, pack: str, mine: bool) -> str:
    return f"{programme}:{pack}:{'mine' if mine else 'anybody'}"


def told_by(request: Request) -> Told:
    """The answers that a form carries. Raises ``Refused`` for a form that is not ours."""
    try:
        return read_token(request.POST.get("told", ""))
    except BrokenLink as error:
        message = _("页面内容已失效，请返回政策计算器重新开始。")
        raise Refused(Problem("broken", message)) from error


def asked_by(request: Request, told: Told, *, mine: bool = False) -> Asked:
    """The case as it stands: the programme's rules, the day, and what is known of the party when it asks for itself."""
    programme = visible_programme(request, told.programme)
    loaded = current(programme, told.pack)
    if loaded is None:
        raise Http404(_("本项目尚未发布政策规则。"))
    as_of = told.as_of or business_date(programme, request.now)
    known = known_facts(request.actor, programme, loaded.book, on=as_of) if mine else {}
    return Asked(loaded, told.fitting(loaded.book), as_of, known)
