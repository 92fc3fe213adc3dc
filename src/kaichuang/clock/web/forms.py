"""Forms of the clock."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kaichuang.clock.models import DayKind
from kaichuang.ui.forms import DateField, FileField, FilterForm

_MAX_TABLE = 1024 * 1024


class DayForm(forms.Form):
    day = DateField(label=_("日期"))
    kind = forms.ChoiceField(label=_("类别"), choices=DayKind.choices)
    name = forms.CharField(label=_("节日"), max_length=40, required=False)
    source = forms.CharField(
        label=_("公布依据"), max_length=120, required=False, help_text=_("放假安排通知的文号或名称。")
    )


class ImportForm(forms.Form):
    table = FileField(label=_("CSV 文件"), accept=(".csv",), max_bytes=_MAX_TABLE)
    fill = forms.BooleanField(
        label=_("其余日期按周一至周五上班、周末休息补全"),
        required=False,
        initial=True,
        help_text=_("通知只列放假和调休的日期时勾选。"),
    )


class DeadlineFilter(FilterForm):
    q = forms.CharField(label=_("事项"), max_length=60)
    state = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("未完成")), ("overdue", _("已超期")), ("paused", _("中止中")), ("met", _("已完成"))],
    )
