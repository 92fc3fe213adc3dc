"""Forms of booking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.booking.intervals import Span
from kaichuang.booking.models import Resource, ResourceKind
from kaichuang.booking.moments import at_local, read_period
from kaichuang.booking.operations import Override
from kaichuang.booking.queries.availability import Asked
from kaichuang.parties.models import Party
from kaichuang.ui.forms import DateField, FileField, FilterForm

_MAX_PHOTO = 5 * 1024 * 1024
_ALL = ("", gettext_lazy("全部"))


class TimeField(forms.TimeField):
    """A time of day, with the browser's own clock."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    input_formats = ["%H:%M", "%H:%M:%S"]


class ResourceFilter(FilterForm):
    q = forms.CharField(
        label=gettext_lazy("名称或地点"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=[_ALL, *ResourceKind.choices])
    capacity = forms.IntegerField(label=gettext_lazy("至少容量"), min_value=1, max_value=100_000)
    day = DateField(label=gettext_lazy("日期"))
    begins = TimeField(label=gettext_lazy("开始"))
    ends = TimeField(label=gettext_lazy("结束"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins"].widget.attrs["step"] = self.fields["ends"].widget.attrs["step"] = "1800"

    @property
    def period(self) -> Span | None:
        """The time at which it must be free, when all three are given."""
        values = self.values
        if not {"day", "begins", "ends"} <= values.keys() or values["begins"] >= values["ends"]:
            return None
        return at_local(values["day"], values["begins"]), at_local(values["day"], values["ends"])


class TimelineFilter(ResourceFilter):
    """A day of several resources; the hours are seen at a glance."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["begins"], self.fields["ends"]


class BookingFilter(FilterForm):
    q = forms.CharField(
        label=gettext_lazy("资源或主体"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        choices=[
            _ALL,
            ("open", gettext_lazy("未结束")),
            ("ended", gettext_lazy("已结束")),
            ("missed", gettext_lazy("爽约")),
        ],
    )
    since = DateField(label=gettext_lazy("自"))
    until = DateField(label=gettext_lazy("至"))


class PeriodForm(forms.Form):
    """A day and two times; the last day only where it is another one."""

    day = DateField(label=gettext_lazy("日期"))
    begins = TimeField(label=gettext_lazy("开始"))
    ends = TimeField(label=gettext_lazy("结束"), help_text=gettext_lazy("00:00 表示当日24点。"))
    last_day = DateField(
        label=gettext_lazy("结束日期"), required=False, help_text=gettext_lazy("跨天时填写。")
    )

    def __init__(self, *args: Any, step: int = 30, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("begins", "ends"):
            self.fields[name].widget.attrs["step"] = str(step * 60)

    @property
    def period(self) -> Span:
        """The period, once the form is valid."""
        data = self.cleaned_data
        start = at_local(data["day"], data["begins"])
        last = data["last_day"] or data["day"]
        end = at_local(last, data["ends"])
        if end <= start and not data["last_day"] and not (data["ends"].hour or data["ends"].minute):
            end += timedelta(days=1)
        return start, end


def initial_of(period: Span) -> dict[str, Any]:
    """A period as the initial values of a `PeriodForm`."""
    start, end = (timezone.localtime(moment) for moment in period)
    midnight = end.time() == end.time().min and (end.date() - start.date()).days == 1
    other_day = end.date() != start.date() and not midnight
    return {
        "day": start.date(),
        "begins": start.time(),
        "ends": end.time(),
        "last_day": end.date() if other_day else None,
    }


FREQUENCIES = (
    ("", gettext_lazy("不重复")),
    ("FREQ=DAILY", gettext_lazy("每天")),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", gettext_lazy("每周一至周五")),
    ("FREQ=WEEKLY", gettext_lazy("每周")),
    ("FREQ=WEEKLY;INTERVAL=2", gettext_lazy("每两周")),
    ("FREQ=MONTHLY", gettext_lazy("每月")),
)


class BookForm(PeriodForm):
    """Everything that one can say when booking; keepers can also say for whom, and which rules to let pass."""

    quantity = forms.IntegerField(label=gettext_lazy("数量"), min_value=1, initial=1)
    offers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("可选附加"),
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=200, required=False)
    party = forms.CharField(
        label=gettext_lazy("为谁预约"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("填写主体全称或统一社会信用代码；留空表示为当前主体预约。"),
    )
    frequency = forms.ChoiceField(label=gettext_lazy("重复"), choices=FREQUENCIES, required=False)
    times = forms.IntegerField(label=gettext_lazy("共几次"), min_value=2, max_value=100, required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput)
    override = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)
    override_reason = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    field_order = (
        "day",
        "begins",
        "ends",
        "last_day",
        "quantity",
        "offers",
        "purpose",
        "party",
        "frequency",
        "times",
    )

    def __init__(
        self, *args: Any, resource: Resource, keeps: bool, offered: list[Resource], **kwargs: Any
    ) -> None:
        initial = {"request_key": uuid4(), **kwargs.pop("initial", {})}
        super().__init__(*args, step=resource.step, initial=initial, **kwargs)
        self.resource = resource
        self.fields["offers"].queryset = Resource.objects.filter(pk__in=[one.pk for one in offered])  # type: ignore[attr-defined]  # a model field
        self.fields["override"].choices = [(code, code) for code in OVERRIDABLE]  # type: ignore[attr-defined]  # a choice field
        if not offered:
            del self.fields["offers"]
        if resource.capacity == 1:
            del self.fields["quantity"]
        if not keeps:
            for name in ("party", "override", "override_reason"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("frequency") and not data.get("times"):
            self.add_error("times", _("请填写共几次。"))
        return data

    def clean_party(self) -> Party | None:
        text = self.cleaned_data["party"].strip()
        if not text:
            return None
        found = list(Party.objects.filter(uscc=text.upper(), closed_on=None)[:2]) or list(
            Party.objects.filter(name=text, closed_on=None)[:2]
        )
        if len(found) != 1:
            raise ValidationError(
                _("有多个同名主体，请填写统一社会信用代码。")
                if found
                else _("没有找到该主体，请核对名称或代码。")
            )
        return found[0]

    @property
    def asked(self) -> Asked:
        data = self.cleaned_data
        return Asked(self.resource, tuple(data.get("offers") or ()), data.get("quantity") or 1)

    @property
    def party_id(self) -> int | None:
        party = self.cleaned_data.get("party")
        return party.pk if party is not None else None

    @property
    def overriding(self) -> Override:
        data = self.cleaned_data
        return Override(codes=frozenset(data.get("override") or ()), reason=data.get("override_reason") or "")

    @property
    def rule(self) -> str:
        """The RFC 5545 rule; empty when it is booked once."""
        data = self.cleaned_data
        return f"{data['frequency']};COUNT={data['times']}" if data.get("frequency") else ""

    @property
    def chosen(self) -> Span | None:
        """The proposed time on whose button the user pressed, instead of the one typed."""
        return read_period(str(self.data.get("at", "")))


OVERRIDABLE = (
    "too_soon",
    "too_far",
    "off_grid",
    "too_short",
    "too_long",
    "closed",
    "calendar_missing",
    "quota",
    "suspended",
)
"""Codes that a keeper may let pass; the operation asks again."""


class MoveForm(PeriodForm):
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=200, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AnswerForm(forms.Form):
    waive = forms.TypedChoiceField(
        label=gettext_lazy("对申诉的处理"),
        choices=[("1", gettext_lazy("申诉成立，撤销记录")), ("0", gettext_lazy("维持记录"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("处理意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class OutageForm(PeriodForm):
    reason = forms.CharField(label=gettext_lazy("停用原因"), max_length=200)
    is_planned = forms.BooleanField(label=gettext_lazy("计划内停用"), required=False, initial=True)


class PhotoForm(forms.Form):
    photo = FileField(label=gettext_lazy("照片"), accept=(".png", ".jpg", ".jpeg"), max_bytes=_MAX_PHOTO)
