"""Entries of the journal about the library, as events of a timeline."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kaichuang.journal.models import Entry
from kaichuang.kit.problems import type_str
from kaichuang.ui.components.history import Event

_ACTIONS: dict[str, type_str] = {
    "import": _("导入"),
    "check": _("校对完成"),
    "publish": _("发布"),
    "repeal": _("废止"),
    "withdraw": _("撤回"),
    "renew": _("延续"),
    "describe": _("修改说明项"),
    "accept": _("采纳更正"),
    "keep": _("保留原文"),
    "ask": _("提问"),
    "route": _("转交"),
    "answer": _("答复"),
    "decline": _("不予受理"),
    "rate": _("评价"),
    "compile": _("编制"),
    "finish": _("生成完成"),
    "fail": _("生成失败"),
    "retry": _("重新生成"),
    "release": _("发布"),
    "adopt_pack": _("载入政策包"),
}


def events_of(entries: Iterable[Entry]) -> list[Event]:
    """Newest last, as they happened."""
    return [
        Event(
            at=entry.at,
            title=_ACTIONS.get(entry.action, entry.action),
            actor=entry.actor_name or _("公众"),
            text=entry.reason,
        )
        for entry in entries
    ]
