"""page_header: the top of every page: where am I, what is this, what can I do.

Props: `title` (becomes the h1) · `subtitle` · `crumbs` (pairs of label and address, from the outside in)
· `status` (HTML of a badge). Slots: `actions` (buttons) · `body` (a line of facts under the title).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString

from kaichuang.kit.problems import type_str
from kaichuang.ui.components.core import component, from_template

Crumb = tuple[type_str, str]


@component(slots=("body", "actions"))
def page_header(
    title: type_str,
    *,
    subtitle: type_str = "",
    crumbs: Iterable[Crumb] = (),
    status: str = "",
    body: str = "",
    actions: str = "",
) -> SafeString:
    """The top of a page, with its way back."""
    return from_template(
        "page_header",
        {
            "title": title,
            "subtitle": subtitle,
            "crumbs": list(crumbs),
            "status": status,
            "body": body,
            "actions": actions,
        },
    )
