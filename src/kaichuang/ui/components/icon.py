"""icon: a sign from the sprite.

Props: `name` (a name in portal/assets/icons.txt) · `label` (read aloud; without it the icon is decoration)
· `extra` (more CSS classes).
"""

from __future__ import annotations

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kaichuang.kit.problems import type_str
from kaichuang.ui.assets import ICONS
from kaichuang.ui.components.core import component


@component()
def icon(name: str, *, label: type_str = "", extra: str = "") -> SafeString:
    """A sign from the sprite; with `label` it has a meaning of its own, without it is decoration."""
    return _svg(name, str(label), extra)


@lru_cache(maxsize=1024)
def _svg(name: str, label: str, extra: str) -> SafeString:
    reference = f"{static(ICONS)}#{name}"
    classes = f"icon {extra}".strip()
    if not label:
        return format_html(
            '<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, reference
        )
    return format_html(
        '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, reference
    )
