"""correct: the complete list of what is missing, once; a second time needs a reason and is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.cases.models import Correction
from kaichuang.cases.registry import effect
from kaichuang.cases.step import Step
from kaichuang.kit.problems import Problem, Refused


@effect("correct")
def correct(step: Step) -> None:
    """`data["items"]`: `{"about", "text", "clause"}` each; `data["why_later"]` and `data["new"]` for a later one.

    `new` says that the point could not be seen the first time; without it the return counts as avoidable.
    """
    items = _items(step.data.get("items") or ())
    earlier = step.case.corrections.count()
    why = str(step.data.get("why_later", "")).strip()
    if earlier and not why:
        message = _("此前已告知过一次补正。请说明首次为何未能一次告知，并确认是否属于新情况。")
        raise Refused(Problem("why_later_required", message, field="why_later"))
    Correction.objects.create(
        case=step.case,
        number=earlier + 1,
        items=items,
        why_later=why[:200],
        avoidable=bool(earlier) and not step.data.get("new"),
        asked_at=step.now,
        asked_by_id=step.actor.user_id,
    )


def _items(given: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    items = [
        {name: str(item.get(name, "")).strip()[:500] for name in ("about", "text", "clause")}
        for item in given
        if str(item.get("text", "")).strip()
    ]
    if not items:
        message = _("请列出需要补正的全部内容：缺什么、为什么、依据哪一条。")
        raise Refused(Problem("items_required", message, field="items"))
    return items
