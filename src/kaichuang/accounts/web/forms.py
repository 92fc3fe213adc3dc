"""Forms about one's own login."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kaichuang.accounts.models import User
from kaichuang.ui.forms import FilterForm


class NameForm(forms.Form):
    """What signing up asks beside allauth's own fields."""

    name = forms.CharField(
        label=_("姓名"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("请填写真实姓名，申报和公示时使用。"),
    )
    field_order = ["name", "username", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by django-allauth with the new user."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("姓名"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("界面语言"), choices=settings.LANGUAGES)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name:
            raise forms.ValidationError(_("请填写姓名。"))
        return name


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("理由会写入操作记录。")


class UserFilter(FilterForm):
    q = forms.CharField(label=_("姓名、用户名或邮箱"), max_length=100)
