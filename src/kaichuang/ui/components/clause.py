"""clause: the citation chip; the same sign for "because the text says so" on every page.

Props: `reference` (what `ui.citations` can resolve) or a `Citation` · `url`, `label` (override what was resolved)
· `document` (title of the document, read aloud and shown on hover).
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kaichuang.ui.citations import Citation, resolve
from kaichuang.ui.components.core import component
from kaichuang.ui.components.icon import icon


@component()
def clause(reference: str | Citation, *, url: str = "", label: str = "", document: str = "") -> SafeString:
    """A reference to a clause, linked to the clause's page."""
    if not reference and not label:
        return SafeString("")
    found = reference if isinstance(reference, Citation) else resolve(reference)
    url, label, document = url or found.url, label or found.label, document or found.document
    hint = document or _("政策依据")
    sign = icon("book-2")
    if not url:
        return format_html('<span class="kc-clause" title="{}">{}<span>{}</span></span>', hint, sign, label)
    return format_html(
        '<a class="kc-clause" href="{}" title="{}">{}<span>{}</span></a>', url, hint, sign, label
    )
