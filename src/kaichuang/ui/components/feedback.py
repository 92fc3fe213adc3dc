"""What the system says back.

alert — Props: `title` · `tone` · `icon`. Slot: `body`.
problems — every reason why something did not happen. Props: `problems` (of `kit.problems.Problem`) · `title`.
empty_state — nothing here yet, and what to do about it. Props: `title` · `text` · `icon` · `action_label`, `action_url`.
Slot: `body` (more actions).
toasts — messages after an action. Props: `messages` (Django's).
progress — how much is done. Props: `value` · `maximum` · `label` · `caption` · `tone`.
job_progress — asks for its own news until the answer holds no `job_progress` any more.
Props: `url` · `value` · `maximum` · `label` · `caption`.
skeleton — place held for what is loading. Props: `lines`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString

from kaichuang.kit.problems import Problem, type_str
from kaichuang.ui.components.core import check_tone, component, from_template

_ICONS = {
    "neutral": "info-circle",
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-circle",
}


_NO_TOASTS = SafeString('<div class="kc-toasts" id="toasts" role="status" aria-live="polite"></div>')


@component(slots=("body",))
def alert(title: type_str = "", *, tone: str = "info", icon: str = "", body: str = "") -> SafeString:
    """Something to know before going on."""
    values = {"title": title, "tone": check_tone(tone), "icon": icon or _ICONS[tone], "body": body}
    return from_template("alert", values)


@component()
def problems(problems: Iterable[Problem], *, title: type_str = "") -> SafeString:
    """All problems at once, each with its field and clause."""
    return from_template("problems", {"problems": list(problems), "title": title})


@component(slots=("body",))
def empty_state(
    title: type_str,
    *,
    text: type_str = "",
    icon: str = "inbox",
    action_label: type_str = "",
    action_url: str = "",
    body: str = "",
) -> SafeString:
    """Nothing here, why, and what to do next."""
    return from_template(
        "empty",
        {
            "title": title,
            "text": text,
            "icon": icon,
            "action_label": action_label,
            "action_url": action_url,
            "body": body,
        },
    )


@component()
def toasts(messages: Iterable[Any]) -> SafeString:
    """What the last action did."""
    shown = [{"text": message.message, "tone": message.level_tag or "neutral"} for message in messages]
    if not shown:  # on nearly every page; scripts put theirs in
        return _NO_TOASTS
    for entry in shown:
        entry["icon"] = _ICONS[check_tone(entry["tone"])]
    return from_template("toasts", {"messages": shown})


@component()
def progress(
    value: int,
    *,
    maximum: int = 100,
    label: type_str = "",
    caption: type_str = "",
    tone: str = "info",
) -> SafeString:
    """How much of the whole is done; more than the whole is drawn as full and written as it is."""
    share = round(100 * value / maximum) if maximum > 0 else 0
    return from_template(
        "progress",
        {
            "value": value,
            "maximum": max(maximum, 1),
            "shown": min(max(value, 0), max(maximum, 1)),
            "percent": share,
            "label": label,
            "caption": caption,
            "tone": check_tone(tone),
        },
    )


@component()
def job_progress(
    url: str, *, value: int = 0, maximum: int = 0, label: type_str = "", caption: type_str = ""
) -> SafeString:
    """A long job: reloads itself from `url` every second; `maximum` 0 means that the end is not known yet."""
    share = round(100 * value / maximum) if maximum > 0 else None
    return from_template(
        "job_progress",
        {
            "url": url,
            "value": value,
            "maximum": maximum,
            "percent": share,
            "label": label,
            "caption": caption,
        },
    )


@component()
def skeleton(*, lines: int = 3) -> SafeString:
    """Grey lines while something loads."""
    return from_template("skeleton", {"lines": range(lines)})
