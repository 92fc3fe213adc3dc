"""Forms. Every form is drawn by `ui.forms.Renderer`; these put it on a page.

form — a whole form with its error summary, fields and buttons. Props: `form` · `submit` (label of the button)
· `action` · `cancel_url`, `cancel` (its label) · `tone` · `method`. Slots: `body` (between fields and buttons) · `actions` (instead of the buttons).
fields — only the fields and the error summary, inside a form of your own. Props: `form`.
field — one field with label, help and errors. Props: `field` (a bound field).
errors — the summary of all problems, each with a link to its field. Props: `form`.
"""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.safestring import SafeString

from kaichuang.kit.problems import type_str
from kaichuang.ui.components.core import component, from_template


@component(slots=("body", "actions"))
def form(
    context: Context,
    form: BaseForm,
    *,
    submit: type_str = "",
    action: str = "",
    cancel_url: str = "",
    cancel: type_str = "",
    tone: str = "primary",
    method: str = "post",
    body: str = "",
    actions: str = "",
) -> SafeString:
    """A whole form."""
    request = context.get("request")
    return from_template(
        "form",
        {
            "form": form,
            "submit": submit,
            "action": action,
            "cancel_url": cancel_url,
            "cancel": cancel,
            "tone": tone,
            "method": method,
            "body": body,
            "actions": actions,
            "token": get_token(request) if request is not None and method == "post" else "",
        },
    )


@component()
def fields(form: BaseForm) -> SafeString:
    """The error summary and all fields."""
    return form.render()


@component()
def field(field: BoundField) -> SafeString:
    """One field."""
    return field.as_field_group()


@component()
def errors(form: BaseForm) -> SafeString:
    """All problems of a form at once; each leads to its field."""
    return from_template("errors", {"entries": _entries(form), "general": form.non_field_errors()})


def _entries(form: BaseForm) -> list[dict[str, Any]]:
    return [
        {
            "label": str(bound.label).rstrip("。：:.?？"),
            "id": bound.id_for_label or bound.auto_id,
            "errors": list(bound.errors),
        }
        for bound in form
        if bound.errors
    ]
