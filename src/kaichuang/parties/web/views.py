"""Pages of one's own parties and of the register."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.accounts.models import User
from kaichuang.clock.queries import business_date
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.parties.models import Party, PartyKind
from kaichuang.parties.operations import (
    close_party,
    import_organisations,
    register_organisation,
    register_person,
    register_team,
    reveal,
    update_party,
)
from kaichuang.parties.permissions import (
    may_ask_conflicts,
    may_close_party,
    may_edit_party,
    may_keep_register,
    may_manage_members,
    may_reveal,
)
from kaichuang.parties.queries.actor import PARTY_KEY
from kaichuang.parties.queries.conflicts import conflicts_for
from kaichuang.parties.queries.parties import (
    admissions_for,
    admissions_of,
    members_of,
    own_parties,
    parties_for,
    relations_of,
    search_parties,
)
from kaichuang.parties.web import forms
from kaichuang.parties.web.tables import PARTIES
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]


def today_of(request: Request) -> date:
    return business_date(request.programme or None, request.now)


def visible_party(request: Request, pk: int) -> Party:
    """The party, or 404 for whoever may not see it."""
    return get_object_or_404(parties_for(request.actor, on=today_of(request)), pk=pk)


@login_required
@require_safe
def mine(request: Request) -> HttpResponse:
    """The parties I may act for, and what waits for an answer."""
    today = today_of(request)
    parties = list(own_parties(request.actor, on=today))
    context = {
        "parties": parties,
        "has_person": any(party.user_id == request.actor.user_id for party in parties),
        "admissions": admissions_for(request.actor, on=today).filter(state="pending"),
        "actor": request.actor,
    }
    return render(request, "parties/mine.html", context)


@login_required
@require_http_methods(_FORM)
def register(request: Request, kind: str) -> HttpResponse:
    """Register an organisation, a team, or one's own person."""
    kinds = {"organisation": forms.OrganisationForm, "person": forms.PersonForm, "team": forms.TeamForm}
    form = kinds[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        common: dict[str, Any] = {"actor": request.actor, "now": request.now, "today": today_of(request)}

        def go() -> Party:
            if kind == "organisation":
                return register_organisation(**values, **common)
            if kind == "team":
                return register_team(**values, **common)
            return register_person(user=User.objects.get(pk=request.user.pk), **values, **common)

        party = attempt(form, go)
        if party is not None:
            if request.actor.party_id is None:
                request.session[PARTY_KEY] = party.pk
            messages.success(request, _("“%(name)s”已登记。") % {"name": party.name})
            return redirect("parties:party", party.pk)
    titles = {"organisation": _("登记单位"), "person": _("登记个人信息"), "team": _("登记团队")}
    context = {"form": form, "title": titles[kind], "crumbs": _crumbs()}
    return render(request, "parties/form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def party(request: Request, pk: int) -> HttpResponse:
    """One party: its data masked, members, relations."""
    found = visible_party(request, pk)
    today = today_of(request)
    context = {
        "party": found,
        "members": members_of(request.actor, found, on=today),
        "relations": relations_of(request.actor, found, on=today),
        "admissions": admissions_of(request.actor, found).filter(state="pending"),
        "may_edit": found.closed_on is None and may_edit_party(request.actor, found),
        "may_manage": found.closed_on is None and may_manage_members(request.actor, found),
        "may_close": found.closed_on is None
        and found.kind != PartyKind.PERSON
        and may_close_party(request.actor, found),
        "may_reveal": may_reveal(request.actor, found),
        "actor": request.actor,
        "crumbs": _crumbs(),
    }
    return render(request, "parties/party.html", context)


@login_required
@require_http_methods(_FORM)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a party's data."""
    found = visible_party(request, pk)
    require(may_edit_party(request.actor, found))
    form = forms.edit_form_for(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if not values["phone"]:
            del values["phone"]
        done = attempt(
            form,
            lambda: update_party(
                party=found, actor=request.actor, now=request.now, today=today_of(request), **values
            ),
        )
        if done is not None:
            messages.success(request, _("已保存。"))
            return redirect("parties:party", found.pk)
    context = {"form": form, "title": _("修改信息"), "crumbs": _crumbs(found)}
    return render(request, "parties/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(_FORM)
def close(request: Request, pk: int) -> HttpResponse:
    """Close an organisation or team."""
    found = visible_party(request, pk)
    require(may_close_party(request.actor, found))
    form = forms.CloseForm(request.POST or None, initial={"on": today_of(request)})
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: close_party(party=found, actor=request.actor, now=request.now, **form.cleaned_data),
        )
        if done is not None:
            messages.success(request, _("“%(name)s”已注销，历史记录保留。") % {"name": found.name})
            return redirect("parties:party", found.pk)
    context = {"form": form, "title": _("注销主体"), "crumbs": _crumbs(found), "tone": "danger"}
    return render(request, "parties/form.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(_FORM)
def show_secret(request: Request, pk: int, field: str) -> HttpResponse:
    """Show a number in clear, once, after a reason has been given."""
    found = visible_party(request, pk)
    require(may_reveal(request.actor, found))
    form = forms.RevealForm(request.POST or None)
    secret = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        secret = attempt(
            form,
            lambda: reveal(
                party=found,
                field=field,  # type: ignore[arg-type]  # the address allows these two only
                reason=reason,
                actor=request.actor,
                now=request.now,
            ),
        )
    context = {"party": found, "form": form, "secret": secret, "field": field, "crumbs": _crumbs(found)}
    return render(request, "parties/reveal.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def register_list(request: Request) -> HttpResponse:
    """The register of the place, for its public servants; for others what they may see."""
    filters = forms.PartyFilter(request.GET)
    values = filters.values
    rows = parties_for(request.actor, on=today_of(request))
    if "q" in values:
        rows = search_parties(rows, values["q"])
    if "kind" in values:
        rows = rows.filter(kind=values["kind"])
    if "closed" not in values:
        rows = rows.filter(closed_on=None)
    context = {"may_import": may_keep_register(request.actor, None)}
    return respond(
        request, table=PARTIES, rows=rows, filters=filters, template="parties/register.html", context=context
    )


@login_required
@require_http_methods(_FORM)
def take_over(request: Request) -> HttpResponse:
    """Import a list of organisations."""
    require(may_keep_register(request.actor, None))
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["table"]
        data = file.read()
        done = attempt(
            form,
            lambda: import_organisations(
                data=data,
                filename=file.name,
                actor=request.actor,
                now=request.now,
                today=today_of(request),
            ),
        )
        if done is not None:
            counts = {"created": done.created, "updated": done.updated, "unchanged": done.unchanged}
            text = _("新登记%(created)s家，更新%(updated)s家，%(unchanged)s家无变化。")
            messages.success(request, text % counts)
            return redirect("parties:register_list")
    context = {"form": form, "crumbs": [(_("主体名录"), reverse("parties:register_list"))]}
    return render(request, "parties/import.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def conflict(request: Request) -> HttpResponse:
    """Is there a conflict of interest between two parties?"""
    require(may_ask_conflicts(request.actor, None))
    visible = parties_for(request.actor, on=today_of(request))
    form = forms.ConflictForm(request.GET or None, visible=visible)
    paths = None
    if request.GET and form.is_valid():
        values = form.cleaned_data
        paths = conflicts_for(
            request.actor,
            between=values["first"],
            and_=values["second"],
            on=today_of(request),
            depth=values["depth"],
        )
    context = {"form": form, "paths": paths, "asked": bool(request.GET) and paths is not None}
    return render(request, "parties/conflicts.html", context, status=422 if form.errors else 200)


def _crumbs(party: Party | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("我的主体"), reverse("parties:mine"))]
    if party is not None:
        crumbs.append((party.name, reverse("parties:party", args=[party.pk])))
    return crumbs
