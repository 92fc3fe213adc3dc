"""Filters of the journal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kaichuang.journal.models.entry import Kind
from kaichuang.ui.forms import DateField, FilterForm


class EntryFilter(FilterForm):
    who = forms.CharField(label=_("操作人"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部")), *Kind.choices])
    action = forms.CharField(label=_("操作"), max_length=80)
    subject_type = forms.CharField(label=_("对象类型"), max_length=80)
    first = DateField(label=_("起始日期"))
    last = DateField(label=_("截止日期"))
