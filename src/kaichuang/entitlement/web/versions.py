"""The packs of a programme for officers: local settings, versions, what differs between two, doubts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kaichuang.entitlement.operations import change_settings, preview
from kaichuang.entitlement.operations.simulate import AT_ONCE
from kaichuang.entitlement.permissions import may_set, may_simulate
from kaichuang.entitlement.queries.books import Loaded, compiled, loaded
from kaichuang.entitlement.simulation.frames import known_population
from kaichuang.entitlement.web.common import rules_of, today_of
from kaichuang.entitlement.web.settings_form import SettingsForm, changes_in_words
from kaichuang.entitlement.web.simulator import shown
from kaichuang.entitlement.words import language, localised
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Refused
from kaichuang.packs.lint import lint
from kaichuang.packs.redline import redline
from kaichuang.places.web.attempt import attempt
from kaichuang.policy.models import PackVersion
from kaichuang.ui.components.badges import badge
from kaichuang.ui.tables import Bulk, Column, Table, respond


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponse:
    """Readings and open figures: what they are, why, and what a change would do before it is saved."""
    rules = rules_of(request, request.POST.get("pack") or request.GET.get("pack", ""))
    require(may_set(request.actor, rules.version.programme_id))
    form = SettingsForm(request.POST or None, loaded=rules)
    context: dict[str, Any] = {"form": form, "rules": rules, "version": rules.version}
    if request.method == "POST" and form.is_valid():
        document = {**_kept(rules), **form.document}
        if request.POST.get("do") == "save":

            def go() -> PackVersion:
                return change_settings(
                    actor=request.actor,
                    now=request.now,
                    version=rules.version,
                    settings=document,
                    reason=form.cleaned_data["reason"],
                )

            made = attempt(form, go)
            if made is not None:
                messages.success(request, _("本地设定已保存，之后的测算按新设定进行。"))
                return redirect(f"{reverse('entitlement:settings')}?pack={made.pack}")
        else:
            context |= _preview(request, rules, document, form)
    return render(request, "entitlement/settings.html", context, status=422 if form.errors else 200)


def _kept(rules: Loaded) -> dict[str, Any]:
    """What the form does not show stays: weights of evaluation sheets, figures of the text set elsewhere."""
    kept = {
        name: value
        for name, value in rules.version.settings.items()
        if name not in ("readings", "parameters")
    }
    shown_here = {one.name for one in SettingsForm(None, loaded=rules).settings}
    others = {
        name: value
        for name, value in rules.version.settings.get("parameters", {}).items()
        if name not in shown_here
    }
    return {**kept, **({"parameters": others} if others else {})}


def _preview(request: Request, rules: Loaded, document: dict[str, Any], form: SettingsForm) -> dict[str, Any]:
    table = known_population(request.programme, rules.book, on=today_of(request))
    if table.height > AT_ONCE:
        return {"too_large": True, "changed": changes_in_words(rules, form.changes)}
    after = loaded(rules.version, document)
    try:
        found = preview(before=rules, after=after, table=table, as_of=today_of(request))
    except Refused as refused:
        return {"problems": refused.problems}
    return {
        "previewed": True,
        "rows": table.height,
        "changed": changes_in_words(rules, form.changes),
        **shown(found.results(), rules, ""),
    }


def _table() -> Table:
    return Table(
        name="versions",
        caption=_("政策包版本"),
        columns=(
            Column("pack", _("政策包"), kind="code", sort="pack"),
            Column("version", _("版本"), kind="code", sort="version", url=lambda row: reverse("policy:pack", args=[row.pk])),
            Column("loaded_at", _("载入时间"), kind="time", sort="loaded_at"),
            Column("loaded_by", _("操作人"), value="loaded_by.name"),
            Column("reason", _("说明"), wide=True),
            Column("settings", _("本地设定"), value=_settings_count, kind="number"),
            Column("sha256", _("规则校验值"), value=lambda row: row.sha256[:12], kind="code", minor=True),
            Column("current", _("状态"), value=lambda row: _("当前") if row.is_current else _("历史"), show=lambda row: badge(_("当前"), tone="success") if row.is_current else badge(_("历史"))),
        ),
        default_sort="-loaded_at",
        bulk=(Bulk(label=_("比较所选两个版本"), url=reverse("entitlement:redline")),),
        empty_title=_("还没有载入政策包"),
    )  # fmt: skip


def _settings_count(row: PackVersion) -> int:
    return sum(len(row.settings.get(section) or {}) for section in ("readings", "parameters"))


def _versions(request: Request) -> Any:
    require(may_simulate(request.actor, request.programme.pk if request.programme else 0))
    return PackVersion.objects.filter(programme=request.programme).select_related(
        "loaded_by", "programme__place"
    )


@login_required
@require_safe
def versions(request: Request) -> HttpResponse:
    """Every version that was adopted, with its reason."""
    rows = _versions(request).defer("content")
    return respond(request, table=_table(), rows=rows, template="entitlement/versions.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def redlined(request: Request) -> HttpResponse:
    """What differs between two versions, clause by clause, and who gains or loses by it."""
    picked = [int(pk) for pk in (request.POST or request.GET).getlist("selected") if pk.isdigit()][:2]
    rows = list(_versions(request).filter(pk__in=picked).order_by("loaded_at", "pk"))
    context: dict[str, Any] = {
        "crumbs": [(_("政策包版本"), reverse("entitlement:versions"))],
        "versions": rows,
    }
    if len(rows) == 2 and rows[0].pack == rows[1].pack:
        old, new = (loaded(row) for row in rows)
        context |= {"old": rows[0], "new": rows[1], "changes": redline(old.pack, new.pack)}
        context["settings"] = changes_in_words(old, _settings_change(rows[0], rows[1]))
        table = known_population(request.programme, new.book, on=today_of(request))
        if table.height <= AT_ONCE:
            found = preview(before=old, after=new, table=table, as_of=today_of(request))
            context |= {"rows": table.height, **shown(found.results(), new, "")}
    return render(request, "entitlement/redline.html", context)


def _settings_change(old: PackVersion, new: PackVersion) -> dict[str, Any]:
    found = {}
    for section in ("readings", "parameters"):
        then, now = old.settings.get(section) or {}, new.settings.get(section) or {}
        found[section] = {n: now.get(n) for n in {**then, **now} if then.get(n) != now.get(n)}
    return found


@login_required
@require_safe
def doubts(request: Request, pk: int) -> HttpResponse:
    """What lint finds doubtful in a version."""
    version = get_object_or_404(_versions(request), pk=pk)
    pack, book = compiled(version)
    found = [
        {
            "code": one.code,
            "where": str(one.mark),
            "text": one.en if language() == "en" else localised(one.zh),
            "severity": one.severity,
        }
        for one in lint(pack, book, as_of=today_of(request))
    ]
    context = {
        "version": version,
        "doubts": found,
        "crumbs": [(_("政策包版本"), reverse("entitlement:versions"))],
    }
    return render(request, "entitlement/doubts.html", context)
