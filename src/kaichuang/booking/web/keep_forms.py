"""Forms with which keepers and officers set the rules."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.booking.models import Resource, ResourceKind
from kaichuang.booking.models.opening import OpeningHours
from kaichuang.booking.models.quota import QuotaPeriod, QuotaUnit
from kaichuang.booking.operations.keep import EDITABLE
from kaichuang.booking.web.forms import TimeField
from kaichuang.ui.forms import DateField

WEEKDAYS = (
    (1, gettext_lazy("周一")),
    (2, gettext_lazy("周二")),
    (3, gettext_lazy("周三")),
    (4, gettext_lazy("周四")),
    (5, gettext_lazy("周五")),
    (6, gettext_lazy("周六")),
    (7, gettext_lazy("周日")),
    (OpeningHours.MAKE_UP, gettext_lazy("调休上班日")),
)

_SPAN = re.compile(r"^(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})$")


class ResourceForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What a keeper may change; the operation saves it."""

    class Meta:
        model = Resource
        fields = (*EDITABLE, "requires", "offers")
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "requires": forms.CheckboxSelectMultiple,
            "offers": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "whole": gettext_lazy("例如可分隔的大厅的一半：预约整体即占用各部分。须在首次预约之前设定。"),
            "requires": gettext_lazy("预约本资源时一并占用，例如仪器的操作人员。"),
            "offers": gettext_lazy("预约时可以另外勾选，例如投影仪。"),
            "capacity": gettext_lazy("同一时间可预约的数量，例如40个工位。"),
            "step": gettext_lazy("开始和结束时间须为其整数倍。"),
        }

    SECTIONS = (
        (gettext_lazy("基本信息"), ("kind", "name", "location", "description", "clause", "is_active")),
        (gettext_lazy("容量与组合"), ("capacity", "whole", "requires", "offers")),
        (
            gettext_lazy("时间规则"),
            (
                "step",
                "minimum",
                "maximum",
                "notice",
                "horizon",
                "buffer_before",
                "buffer_after",
                "holidays",
            ),
        ),
        (
            gettext_lazy("审批、签到与失约"),
            (
                "needs_approval",
                "approval_hold",
                "offer_hold",
                "needs_check_in",
                "no_show_after",
                "late_cancel",
            ),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siblings = Resource.objects.filter(programme=self.instance.programme_id).order_by("kind", "name")
        if self.instance.pk:
            siblings = siblings.exclude(pk=self.instance.pk)
        for name in ("requires", "offers"):
            self.fields[name].queryset = siblings  # type: ignore[attr-defined]  # a model field
        self.fields["whole"].queryset = siblings.filter(owner=self.instance.owner_id)  # type: ignore[attr-defined]  # a model field
        self.fields["whole"].empty_label = _("无")  # type: ignore[attr-defined]  # a model field
        self.fields["kind"].choices = ResourceKind.choices  # type: ignore[attr-defined]  # a choice field

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The bound fields by section."""
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITABLE}


class HoursForm(forms.Form):
    """One line for each weekday: `09:00-12:00, 14:00-18:00`."""

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: dict[int, list[str]] = {}
        for row in resource.hours.all():
            closes = "24:00" if row.closes == time(0) else f"{row.closes:%H:%M}"
            known.setdefault(row.weekday, []).append(f"{row.opens:%H:%M}-{closes}")
        for day, label in WEEKDAYS:
            self.fields[f"day_{day}"] = forms.CharField(
                label=label,
                required=False,
                max_length=120,
                initial=", ".join(known.get(day, [])),
                widget=forms.TextInput(attrs={"placeholder": "09:00-12:00, 14:00-18:00"}),
            )
        self.fields["day_8"].help_text = _("留空则按周一开放。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.hours: list[tuple[int, time, time]] = []
        for day, _label in WEEKDAYS:
            for part in filter(None, re.split(r"[,，;；、]\s*", data.get(f"day_{day}", "").strip())):
                try:
                    self.hours.append((day, *_span(part.strip())))
                except ValueError:
                    self.add_error(f"day_{day}", _("“%s”应写作 09:00-18:00，可写多段，用逗号分隔。") % part)
        return data


def _span(text: str) -> tuple[time, time]:
    """Raises ValueError when it is no span of a day."""
    match = _SPAN.match(text)
    if match is None:
        raise ValueError(text)
    opens = time(int(match[1]), int(match[2]))
    closes = time(0) if (match[3], match[4]) == ("24", "00") else time(int(match[3]), int(match[4]))
    if closes <= opens and closes != time(0):
        raise ValueError(text)
    return opens, closes


class ExceptionForm(forms.Form):
    date = DateField(label=gettext_lazy("日期"))
    opens = TimeField(label=gettext_lazy("开始开放"), required=False)
    closes = TimeField(
        label=gettext_lazy("停止开放"), required=False, help_text=gettext_lazy("都留空表示全天关闭。")
    )
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=120, required=False)


class QuotaForm(forms.Form):
    period = forms.ChoiceField(label=gettext_lazy("周期"), choices=QuotaPeriod.choices)
    limit = forms.IntegerField(label=gettext_lazy("上限"), min_value=1, max_value=1_000_000)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), choices=QuotaUnit.choices)
    clause = forms.CharField(label=gettext_lazy("依据"), max_length=60, required=False)


class KindQuotaForm(QuotaForm):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=ResourceKind.choices)
    field_order = ("kind", "period", "limit", "unit", "clause")


class RungForm(forms.Form):
    strikes = forms.IntegerField(label=gettext_lazy("失约次数"), min_value=1, max_value=100)
    window_days = forms.IntegerField(label=gettext_lazy("统计天数"), min_value=1, max_value=3650)
    suspend_days = forms.IntegerField(label=gettext_lazy("暂停天数"), min_value=1, max_value=3650)
    clause = forms.CharField(label=gettext_lazy("依据"), max_length=60, required=False)
