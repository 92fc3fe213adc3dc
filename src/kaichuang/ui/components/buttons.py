"""button: what a user can do.

Props: `label` · `url` · `method` (`get`: a link; `post`: a form of its own) · `tone` (primary, plain, danger, ghost)
· `icon` · `small` · `reason` (why it cannot be done now: the button is off and says why) · `confirm` (asked first)
· `name`, `value` (sent along with `post`). Without `url` it submits the form around it.

copy_link: copies an address. Props: `url` · `label`.
print_button: prints the page. No props.
qr: a code to be scanned. Props: `content` · `label` (what one gets) · `scale`.
"""

from __future__ import annotations

from typing import Any

import segno
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kaichuang.kit.problems import type_str
from kaichuang.ui.components.core import component, from_template
from kaichuang.ui.components.icon import icon as icon_html

_CLASSES = {"primary": "btn-primary", "plain": "", "danger": "btn-danger", "ghost": "btn-ghost"}


@component()
def button(
    context: Context,
    label: type_str,
    *,
    url: str = "",
    method: str = "get",
    tone: str = "plain",
    icon: str = "",
    small: bool = False,
    reason: type_str = "",
    confirm: type_str = "",
    name: str = "",
    value: str = "",
) -> SafeString:
    """Something the user can do; when it cannot be done, the reason stands beside it."""
    request = context.get("request")
    return from_template(
        "button",
        {
            "label": label,
            "url": url,
            "kind": "off" if reason else "submit" if not url else method,
            "classes": f"btn {_CLASSES[tone]}{' btn-sm' if small else ''}",
            "icon": icon,
            "reason": reason,
            "confirm": confirm,
            "name": name,
            "value": value,
            "token": get_token(request) if request is not None and url and method == "post" else "",
        },
    )


@component()
def copy_link(url: str, *, label: type_str = "") -> SafeString:
    """A button that puts an address on the clipboard; hidden where scripts are off."""
    return format_html(
        '<button type="button" class="btn btn-sm js-only" data-copy="{}" data-done="{}">{}{}</button>',
        url,
        _("已复制"),
        icon_html("link"),
        label or _("复制链接"),
    )


@component()
def print_button() -> SafeString:
    """Prints the page."""
    return format_html(
        '<button type="button" class="btn btn-sm js-only kc-no-print" data-print>{}{}</button>',
        icon_html("printer"),
        _("打印"),
    )


@component()
def qr(content: str, *, label: type_str, scale: int = 4) -> SafeString:
    """A code that opens `content` on a phone."""
    code: Any = segno.make(content, error="m", micro=False)
    svg = code.svg_inline(scale=scale, border=2, svgclass="kc-qr-code", lineclass=None, omitsize=False)
    return format_html(
        '<figure class="kc-qr"><div role="img" aria-label="{}">{}</div><figcaption>{}</figcaption></figure>',
        _("二维码：%(label)s") % {"label": label},
        mark_safe(svg),  # noqa: S308  # segno draws it from the modules alone
        label,
    )
