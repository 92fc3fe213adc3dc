"""The words of notices and work, in the current language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kaichuang.notices.kinds import fill, notice_kind, work_kind
from kaichuang.notices.models import Notice, WorkItem


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    body: str


def words_of(notice: Notice) -> Words:
    """Title and body. A notice about work names the work in the reader's language too."""
    kind = notice_kind(notice.kind)
    params: dict[str, Any] = dict(notice.params)
    if "work_kind" in params:
        params["work"] = fill(work_kind(params["work_kind"]).title, params.get("work_params") or {})
    return Words(fill(kind.title, params), fill(kind.body, params))


def work_title(item: WorkItem) -> str:
    return fill(work_kind(item.kind).title, item.params)


def work_params(item: WorkItem, due: date | None) -> dict[str, Any]:
    """What a notice about work carries, so that it can be worded later."""
    return {"work_kind": item.kind, "work_params": item.params, "due": due.isoformat() if due else ""}
