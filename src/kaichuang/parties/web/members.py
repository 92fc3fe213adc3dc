"""Pages of memberships, relations and roles."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.parties.models import Membership, Party
from kaichuang.parties.operations import (
    answer_admission,
    ask_to_join,
    change_membership,
    end_membership,
    end_relation,
    grant_role,
    invite,
    record_relation,
    revoke_role,
)
from kaichuang.parties.permissions import may_edit_party, may_grant_roles, may_manage_members, open_on
from kaichuang.parties.queries.parties import admissions_for, relations_of, role_grants_for
from kaichuang.parties.web import forms
from kaichuang.parties.web.tables import READ_ONLY_ROLES, ROLES
from kaichuang.parties.web.views import today_of, visible_party
from kaichuang.parties.workflow import ADMISSION
from kaichuang.places.web.attempt import attempt
from kaichuang.ui.tables import respond

_FORM = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(_FORM)
def invite_member(request: Request, pk: int) -> HttpResponse:
    """Invite a login to act for the party."""
    party = visible_party(request, pk)
    require(may_manage_members(request.actor, party))
    form = forms.InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form, lambda: invite(party=party, actor=request.actor, now=request.now, **form.cleaned_data)
        )
        if done is not None:
            messages.success(request, _("邀请已发出，等待对方接受。"))
            return redirect("parties:party", party.pk)
    return _page(request, form, _("邀请成员"), party, submit=_("发出邀请"))


@login_required
@require_http_methods(_FORM)
def join(request: Request) -> HttpResponse:
    """Ask to act for an organisation that is registered already."""
    form = forms.JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: ask_to_join(
                party=values["uscc"], message=values["message"], actor=request.actor, now=request.now
            ),
        )
        if done is not None:
            messages.success(request, _("申请已提交，等待该单位负责人同意。"))
            return redirect("parties:mine")
    return _page(request, form, _("申请加入单位"), None, submit=_("提交"))


@login_required
@require_POST
def answer(request: Request, pk: int, move: str) -> HttpResponse:
    """Accept, decline or withdraw."""
    if move not in {step.name for step in ADMISSION}:
        raise Http404
    today = today_of(request)
    admission = get_object_or_404(admissions_for(request.actor, on=today), pk=pk)
    answer_admission(admission=admission, move=move, actor=request.actor, now=request.now, today=today)
    messages.success(request, _("已处理。"))
    return redirect("parties:mine")


@login_required
@require_http_methods(_FORM)
def member(request: Request, pk: int) -> HttpResponse:
    """Change a member's kind."""
    found = _membership(request, pk)
    require(may_manage_members(request.actor, found.party))
    form = forms.MembershipForm(request.POST or None, initial={"kind": found.kind})
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        done = attempt(
            form, lambda: change_membership(membership=found, kind=kind, actor=request.actor, now=request.now)
        )
        if done is not None:
            messages.success(request, _("成员身份已更改。"))
            return redirect("parties:party", found.party_id)
    return _page(request, form, _("更改成员身份"), found.party)


@login_required
@require_POST
def leave(request: Request, pk: int) -> HttpResponse:
    """Leave a party, or take a member out."""
    found = _membership(request, pk)
    end_membership(membership=found, actor=request.actor, now=request.now, today=today_of(request))
    messages.success(request, _("成员已移除。"))
    return redirect("parties:mine")


@login_required
@require_http_methods(_FORM)
def relate(request: Request, pk: int) -> HttpResponse:
    """Declare a relation of the party to an organisation."""
    party = visible_party(request, pk)
    require(may_edit_party(request.actor, party))
    form = forms.RelationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: record_relation(
                source=party,
                target=values["uscc"],
                kind=values["kind"],
                share_bp=form.share_bp,
                since=values["since"],
                evidence=values["evidence"],
                actor=request.actor,
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("关系已登记。"))
            return redirect("parties:party", party.pk)
    return _page(request, form, _("登记关系"), party)


@login_required
@require_POST
def unrelate(request: Request, pk: int, relation: int) -> HttpResponse:
    """End a relation today."""
    party = visible_party(request, pk)
    today = today_of(request)
    found = get_object_or_404(relations_of(request.actor, party, on=today), pk=relation)
    end_relation(relation=found, until=today, actor=request.actor, now=request.now)
    messages.success(request, _("关系已结束。"))
    return redirect("parties:party", party.pk)


@login_required
@require_safe
def roles(request: Request) -> HttpResponse:
    """Who holds which role in the current programme."""
    filters = forms.RoleFilter(request.GET)
    values = filters.values
    rows = role_grants_for(request.actor).filter(programme=request.programme or None)
    if "q" in values:
        rows = rows.filter(user__name__icontains=values["q"]) | rows.filter(
            user__username__icontains=values["q"]
        )
    if "role" in values:
        rows = rows.filter(role=values["role"])
    if "ended" not in values:
        rows = rows.filter(open_on(today_of(request)))
    may = request.programme and may_grant_roles(request.actor, request.programme)
    return respond(
        request,
        table=ROLES if may else READ_ONLY_ROLES,
        rows=rows,
        filters=filters,
        template="parties/roles.html",
        context={"may_grant": bool(may)},
    )


@login_required
@require_http_methods(_FORM)
def grant(request: Request) -> HttpResponse:
    """Grant a role in the current programme."""
    if not request.programme:
        raise Http404
    require(may_grant_roles(request.actor, request.programme))
    form = forms.RoleForm(
        request.POST or None, programme=request.programme, initial={"since": today_of(request)}
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: grant_role(
                programme=request.programme, actor=request.actor, now=request.now, **form.cleaned_data
            ),
        )
        if done is not None:
            messages.success(request, _("角色已授予。"))
            return redirect("parties:roles")
    way, submit = [(_("角色授予"), reverse("parties:roles"))], _("授予")
    return _page(request, form, _("授予角色"), None, crumbs=way, submit=submit, back="parties:roles")


@login_required
@require_http_methods(_FORM)
def revoke(request: Request, pk: int) -> HttpResponse:
    """Revoke a role, with the reason."""
    found = get_object_or_404(role_grants_for(request.actor), pk=pk)
    require(may_grant_roles(request.actor, found.programme))
    form = forms.RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form,
            lambda: revoke_role(
                grant=found, actor=request.actor, now=request.now, today=today_of(request), reason=reason
            ),
        )
        if done is not None:
            messages.success(request, _("角色已撤销。"))
            return redirect("parties:roles")
    title = _("撤销%(name)s的角色：%(role)s") % {"name": found.user.name, "role": found.get_role_display()}
    way, submit = [(_("角色授予"), reverse("parties:roles"))], _("撤销")
    return _page(request, form, title, None, crumbs=way, submit=submit, back="parties:roles")


def _membership(request: Request, pk: int) -> Membership:
    found = get_object_or_404(Membership.objects.select_related("party"), pk=pk, until=None)
    visible_party(request, found.party_id)
    return found


def _page(
    request: Request,
    form: object,
    title: str,
    party: Party | None,
    *,
    crumbs: list[tuple[str, str]] | None = None,
    submit: str = "",
    back: str = "parties:mine",
) -> HttpResponse:
    way = crumbs or [(_("我的主体"), reverse("parties:mine"))]
    if party is not None:
        way = [*way, (party.name, reverse("parties:party", args=[party.pk]))]
    wrong = bool(getattr(form, "errors", None))
    return render(
        request,
        "parties/form.html",
        {"form": form, "title": title, "crumbs": way, "submit": submit, "back": back},
        status=422 if wrong else 200,
    )
