"""Forms of places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import Refused
from kaichuang.places.models import Division, Level, Programme
from kaichuang.places.queries import find_division
from kaichuang.ui.forms import DateField, FilterForm


class DivisionField(forms.CharField):
    """A place typed by name or code; the value is the division. Ambiguous names are answered with the choices."""

    def __init__(self, *, current: bool = True, **options: Any) -> None:
        options.setdefault("help_text", _("填写名称或六位代码，例如“宁海县”“浙江宁海”或330226。"))
        super().__init__(max_length=60, **options)
        self.current = current

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            division = find_division(text)
        except Refused as refused:
            raise forms.ValidationError([str(problem) for problem in refused.problems]) from refused
        if self.current and not division.is_current:
            message = _("%(name)s已于%(year)s年停用，请填写现行的行政区划。")
            raise forms.ValidationError(message, params={"name": division.name, "year": division.until_year})
        return division

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Division) else value


class DivisionFilter(FilterForm):
    q = forms.CharField(label=_("名称、拼音或代码"), max_length=60)
    level = forms.TypedChoiceField(
        label=_("级别"), coerce=int, empty_value=None, choices=[("", _("全部")), *Level.choices[1:4]]
    )
    former = forms.BooleanField(label=_("包括已停用"))


class BusinessDateForm(forms.Form):
    on = DateField(label=_("业务日期"), required=False, help_text=_("留空则恢复为当天。"))
    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Programme
        fields = ["name", "calendar", "is_public"]


class NewProgrammeForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=120)
    slug = forms.SlugField(
        label=_("代号"), max_length=50, help_text=_("用于网址，以小写字母开头，例如 ninghai。")
    )
    place = DivisionField(label=_("地区"))
