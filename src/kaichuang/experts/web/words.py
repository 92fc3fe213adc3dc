"""What codes are called on pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kaichuang.experts.queries.pool import BUSY, CONFLICT, SPECIALITY
from kaichuang.experts.reasons import CHINESE
from kaichuang.experts.scoring import CRITERION, DRAW, PRIORITY, SUBMITTED
from kaichuang.experts.sheet import Criterion, Sheet
from kaichuang.experts.workflow import EXPERTS, PANELS, SCORES, SEATS
from kaichuang.ui.components.badges import badge

EXCLUSIONS = {
    SPECIALITY: gettext_lazy("专业不符"),
    BUSY: gettext_lazy("在评项目已满"),
    CONFLICT: gettext_lazy("须回避"),
}

_TONES = {
    "preparing": "neutral",
    "drawn": "info",
    "scoring": "warning",
    "closed": "success",
    "cancelled": "neutral",
    "invited": "warning",
    "accepted": "success",
    "recused": "danger",
    "replaced": "neutral",
    "proposed": "warning",
    "active": "success",
    "declined": "danger",
    "left": "neutral",
    "draft": "warning",
    "submitted": "success",
}

_ACTIONS = {
    "propose": gettext_lazy("申请或推荐"),
    "edit": gettext_lazy("修改资料"),
    "open": gettext_lazy("设立评审组"),
    "add_items": gettext_lazy("添加评审项"),
    "announce": gettext_lazy("公布规则与种子"),
    "invite_next": gettext_lazy("递补专家"),
}


def state_badge(row: Any) -> str:
    return badge(row.get_state_display(), tone=_TONES.get(row.state, "neutral"))


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def title_of(criterion: Criterion) -> str:
    return criterion.title_en if in_english() and criterion.title_en else criterion.title


def hint_of(criterion: Criterion) -> str:
    return criterion.hint_en if in_english() and criterion.hint_en else criterion.hint


def reason_in_words(reason: Mapping[str, Any]) -> str:
    """A frozen reason in the reader's language; codes of another version as they were written."""
    text = CHINESE.get(str(reason["code"]))
    params = reason["params"]
    if text is None:
        return str(reason["zh"])
    if in_english() and params.get("title_en"):
        params = {**params, "title": params["title_en"]}
    return str(_(text) % params)


def ties_in_words(ties: Iterable[str], sheet: Sheet) -> list[str]:
    """The rules by which equal scores are separated, in their order."""
    names = {
        PRIORITY: _("优先类别在前"),
        SUBMITTED: _("先提交者在前"),
        DRAW: _("按公布的种子抽签"),
    }
    return [
        _("“%s”得分高者在前") % title_of(sheet[rule.removeprefix(CRITERION)])
        if rule.startswith(CRITERION)
        else names.get(rule, rule)
        for rule in ties
    ]


def action_label(action: str) -> str:
    """The name of a move or another entry of the journal."""
    moves = {step.name: step.label for flow in (EXPERTS, PANELS, SEATS, SCORES) for step in flow}
    return str((moves | _ACTIONS).get(action, action))
