"""The packs that programmes run."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaichuang.kit.http import Request
from kaichuang.policy.queries.packs import pack_of, packs_for, readings_of
from kaichuang.policy.queries.reading import in_language
from kaichuang.policy.web.words import USE_ICONS, use_label
from kaichuang.ui.components.badges import badge
from kaichuang.ui.tables import Column, Table, respond


def _table() -> Table:
    return Table(
        name="packs",
        caption=_("政策包"),
        columns=(
            Column("programme", _("项目"), value="programme.name", sort="programme__name"),
            Column("pack", _("政策包"), kind="code", sort="pack", url=lambda row: reverse("policy:pack", args=[row.pk])),
            Column("version", _("版本号"), kind="code", sort="version"),
            Column("sha256", _("校验值"), value=lambda row: row.sha256[:12], kind="code", minor=True),
            Column("used", _("涉及条款"), kind="number", sort="used", minor=True),
            Column("loaded_at", _("载入时间"), kind="time", sort="loaded_at"),
            Column("current", _("状态"), value=lambda row: _("当前") if row.is_current else _("历史"), show=_current),
        ),
        empty_title=_("还没有载入政策包"),
        empty_text=_("管理员可以用命令 kaichuang pack load 载入。"),
    )  # fmt: skip


def _current(row: Any) -> str:
    return badge(_("当前"), tone="success") if row.is_current else badge(_("历史"))


@require_safe
def packs(request: Request) -> HttpResponse:
    """Which pack each programme runs, since when; earlier versions too."""
    return respond(request, table=_table(), rows=packs_for(request.actor), template="policy/packs.html")


@require_safe
def pack(request: Request, pk: int) -> HttpResponse:
    """One version: what it holds, and how the open questions of the text are read."""
    version = get_object_or_404(packs_for(request.actor), pk=pk)
    loaded = pack_of(version)
    counts = {
        section: len(getattr(loaded.own, section))
        for section in ("documents", "measures", "targets", "schemes", "sheets", "matters", "readings")
        if getattr(loaded.own, section)
    }
    context = {
        "version": version,
        "title": _words(loaded.info.title),
        "summary": _words(loaded.info.summary) if loaded.info.summary is not None else "",
        "counts": [
            {"label": _("政策文件") if section == "documents" else use_label(section), "icon": USE_ICONS.get(section, "book-2"), "count": count}
            for section, count in counts.items()
        ],
        "readings": [
            {
                "reading": one,
                "question": _words(one.question),
                "reason": _words(one.reason),
                "choices": [(key, _words(words), key == one.value) for key, words in one.choices],
            }
            for one in readings_of(version)
        ],
        "parameters": sorted(version.settings.get("parameters", {}).items()),
        "uses": [
            {"kind": use_label(use.section), "title": use.title, "key": use.key, "reference": f"{use.code} {use.path}".strip()}
            for use in version.uses.filter(section="measures").order_by("key", "id")
        ],
        "crumbs": [(_("政策包"), reverse("policy:packs"))],
    }  # fmt: skip
    return render(request, "policy/pack.html", context)


def _words(text: Any) -> str:
    return in_language(text.zh, text.en or "")
