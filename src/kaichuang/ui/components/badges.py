"""badge: the state of something, in a colour with a meaning, always with words.

Props: `label` · `tone` (neutral, info, success, warning, danger) · `icon` (instead of the dot) · `title` (hint).

tag: a keyword that groups things; may be a link, may be taken off.
Props: `label` · `url` (where the tag leads) · `remove_url` (address without this tag, adds ×).
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kaichuang.kit.problems import type_str
from kaichuang.ui.components.core import check_tone, component
from kaichuang.ui.components.icon import icon as icon_html


@component()
def badge(label: type_str, *, tone: str = "neutral", icon: str = "", title: type_str = "") -> SafeString:
    """The state of something: words first, colour second."""
    sign = icon_html(icon) if icon else SafeString('<span class="kc-dot" aria-hidden="true"></span>')
    hint = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="kc-badge kc-{}"{}>{}{}</span>', check_tone(tone), hint, sign, label)


@component()
def tag(label: type_str, *, url: str = "", remove_url: str = "") -> SafeString:
    """A keyword; with `url` a link, with `remove_url` it can be taken off."""
    inner = format_html('<a href="{}">{}</a>', url, label) if url else label
    if not remove_url:
        return format_html('<span class="kc-tag">{}</span>', inner)
    return format_html(
        '<span class="kc-tag">{}<a class="kc-tag-remove" href="{}" aria-label="{}">×</a></span>',
        inner,
        remove_url,
        _("移除“%(label)s”") % {"label": label},
    )
