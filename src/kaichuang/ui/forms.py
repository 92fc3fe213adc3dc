"""Forms that look and behave the same everywhere: one renderer, fields for money, days and files.

`settings.FORM_RENDERER` names `Renderer`, so every Django form is drawn by `templates/ui/forms/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.kit.money import format_yuan, parse_yuan
from kaichuang.kit.problems import Refused

_CHOICE_WIDGETS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class BoundField(DjangoBoundField):
    """Gives every widget the class of the theme and marks it when it is wrong."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return built
        given = (built.get("class") or widget.attrs.get("class") or "").split()
        wrong = ["is-invalid"] if self.errors else []
        built["class"] = " ".join([*given, self._style(widget), *wrong])
        return built

    @staticmethod
    def _style(widget: Any) -> str:
        if isinstance(widget, _CHOICE_WIDGETS):
            return "form-check-input"
        return "form-select" if isinstance(widget, forms.Select) else "form-control"

    @property
    def is_single_check(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def suffix(self) -> str:
        """A unit written behind the field."""
        return str(getattr(self.field, "suffix", ""))


class Renderer(TemplatesSetting):
    """Draws forms by our templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = BoundField


class MoneyInput(forms.TextInput):
    """Yuan as people write them; the value behind is in fen."""

    def __init__(self) -> None:
        super().__init__(
            attrs={"inputmode": "decimal", "data-money": gettext_lazy("万元"), "autocomplete": "off"}
        )

    def format_value(self, value: Any) -> str | None:
        return format_yuan(value) if isinstance(value, int) else value


class MoneyField(forms.Field):
    """An amount in fen, typed in yuan (`12,000`, `1.2万`); the value of 万 is shown beside it while typing."""

    widget = MoneyInput
    suffix = gettext_lazy("元")

    def __init__(self, *, min_fen: int | None = 0, max_fen: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.min_fen, self.max_fen = min_fen, max_fen

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            return parse_yuan(str(value))
        except ValueError as error:
            raise ValidationError(
                _("请填写金额，例如 12,000 或 1.2万，最多两位小数。"), code="invalid"
            ) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_fen is not None and value < self.min_fen:
            raise ValidationError(
                _("金额不能少于%(yuan)s元。"), code="too_small", params={"yuan": format_yuan(self.min_fen)}
            )
        if self.max_fen is not None and value > self.max_fen:
            raise ValidationError(
                _("金额不能超过%(yuan)s元。"), code="too_large", params={"yuan": format_yuan(self.max_fen)}
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d$")


class _Day(forms.DateInput):
    """The browser's own calendar; what is no day stays to be seen as text, where a calendar would drop it."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        context["widget"]["type"] = "text" if shown and not _ISO_DAY.match(shown) else "date"
        return context


class DateField(forms.DateField):
    """A day, with the browser's own calendar."""

    widget = _Day(format="%Y-%m-%d")
    input_formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]


class FileField(forms.FileField):
    """An upload; says beforehand what is accepted and how large it may be."""

    def __init__(self, *, accept: tuple[str, ...] = (), max_bytes: int, **options: Any) -> None:
        super().__init__(**options)
        self.accept, self.max_bytes = accept, max_bytes
        if accept:
            self.widget.attrs["accept"] = ",".join(accept)
        if not options.get("help_text"):
            self.help_text = lazy(file_hint, str)(accept, max_bytes)  # in the language of the reader

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        size = getattr(file, "size", 0)
        if size > self.max_bytes:
            raise ValidationError(
                _("文件“%(name)s”超过上限%(limit)s，请压缩或拆分后重新上传。")
                % {"name": file.name, "limit": filesizeformat(self.max_bytes)},
                code="too_large",
            )
        return file


def file_hint(accept: tuple[str, ...], max_bytes: int) -> str:
    """What a file may be, in words."""
    limit = _("不超过%(limit)s") % {"limit": filesizeformat(max_bytes)}
    kinds = "、".join(kind.lstrip(".") for kind in accept)
    return _("支持%(kinds)s，%(limit)s。") % {"kinds": kinds, "limit": limit} if kinds else f"{limit}。"


class FilterForm(forms.Form):
    """The filters of a list: bound to the address, every field optional.

    A page asks `values` and filters its query; a value that is not valid counts as not given.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    @property
    def values(self) -> dict[str, Any]:
        """The valid values that were given."""
        self.is_valid()
        return {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "", [], False)
        }

    def active(self) -> Iterator[tuple[str, str, str]]:
        """(name, label, the value in words) of every filter in use."""
        for name, value in self.values.items():
            field = self.fields[name]
            if not field.widget.is_hidden:
                yield name, str(field.label or name), _in_words(field, value)


def _in_words(field: forms.Field, value: Any) -> str:
    if value is True:
        return str(field.label)
    chosen = value if isinstance(value, (list, tuple)) else [value]
    labels = {
        str(key): str(label)
        for key, label in getattr(field, "choices", ())
        if not isinstance(label, (list, tuple))
    }
    return "、".join(labels.get(str(getattr(item, "pk", item)), str(item)) for item in chosen)


def add_problems(form: forms.BaseForm, refused: Refused) -> None:
    """Show what an operation refused at the fields of the form; what has no field goes to the top."""
    from kaichuang.ui.components.clause import clause

    for problem in refused.problems:
        message = (
            format_html("{} {}", problem.message, clause(problem.clause))
            if problem.clause
            else problem.message
        )
        form.add_error(
            problem.field if problem.field in form.fields else None,
            ValidationError(message, code=problem.code),  # type: ignore[arg-type]  # a lazy text is one
        )
