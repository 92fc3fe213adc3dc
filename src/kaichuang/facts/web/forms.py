"""Forms of the pages of facts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kaichuang.facts.enums import ReportState
from kaichuang.facts.importing import NAME, USCC
from kaichuang.facts.models import Definition, Feed, ValueType
from kaichuang.facts.reporting.sheet import Sheet
from kaichuang.parties.uscc import check_uscc
from kaichuang.ui.forms import DateField, FileField, FilterForm

_MAX_WORKBOOK = 5 * 1024 * 1024


class AboutForm(FilterForm):
    """The two times of a question: of when, and known when."""

    on = DateField(label=_("数据所属日"), help_text=_("这一天的情况"))
    known_at = DateField(label=_("截至何时所知"), help_text=_("留空为现在；用于复核当时的决定"))
    q = forms.CharField(label=_("数据项"), max_length=60)


class DefinitionFilter(FilterForm):
    q = forms.CharField(label=_("名称或代码"), max_length=60)
    type = forms.ChoiceField(label=_("类型"), choices=[("", _("全部")), *ValueType.choices])
    source = forms.ChoiceField(
        label=_("来源"),
        choices=[
            ("", _("全部")),
            ("declared", _("自行申报")),
            ("reported", _("部门提供")),
            ("derived", _("系统计算")),
        ],
    )


class ReportFilter(FilterForm):
    q = forms.CharField(label=_("填报单位"), max_length=60)
    state = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("全部")), ("overdue", _("逾期未报")), ("late", _("逾期报送")), *ReportState.choices],
    )


class WorkbookForm(forms.Form):
    workbook = FileField(label=_("填好的报表"), accept=(".xlsx",), max_bytes=_MAX_WORKBOOK)


class SignForm(forms.Form):
    confirmed = forms.BooleanField(
        label=_("我确认以上数据真实、准确、完整，并对此负责。"),
        error_messages={"required": _("请确认所报数据真实、准确、完整。")},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RespondentForm(forms.Form):
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=30)
    since = DateField(label=_("自哪一天起填报"), help_text=_("在这一天或之后结束的报告期都要填报。"))

    def clean_uscc(self) -> str:
        return str(check_uscc(self.cleaned_data["uscc"]).value)


class EndForm(forms.Form):
    until = DateField(label=_("填报至"), help_text=_("在这一天之后结束的报告期不再填报。"))


class UploadForm(forms.Form):
    name = forms.CharField(
        label=_("数据表"), max_length=80, help_text=_("同一张表每次用同一名称，列的对应会记住。")
    )
    supplier = forms.CharField(label=_("提供单位"), max_length=80, help_text=_("例如：市税务局"))
    data_as_of = DateField(
        label=_("数据时点"), help_text=_("这份数据反映哪一天的情况；会显示在每个数据旁边。")
    )
    since = DateField(label=_("所属期起"), required=False, help_text=_("按月、季、年统计的数据须填写。"))
    until = DateField(label=_("所属期止"), required=False)
    table = FileField(label=_("数据文件"), accept=(".xlsx", ".csv"), max_bytes=settings.MAX_UPLOAD_BYTES)

    def __init__(self, *args: Any, feeds: list[Feed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if feeds:
            self.fields["name"].widget.attrs["list"] = "feeds"


class MappingForm(forms.Form):
    """One choice a column of the file; the field of heading number n is `column_n`."""

    def __init__(
        self,
        *args: Any,
        headings: list[str],
        chosen: dict[str, str],
        facts: dict[str, Definition],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.headings = headings
        choices = [
            ("", _("不导入")),
            (USCC, _("统一社会信用代码")),
            (NAME, _("单位名称（仅供核对）")),
            (_("数据项"), [(code, f"{row.words}（{code}）") for code, row in facts.items()]),
        ]
        for number, heading in enumerate(headings):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=chosen.get(heading, "")
            )

    @property
    def mapping(self) -> dict[str, str]:
        """Heading → fact code, `uscc`, `name` or nothing."""
        return {
            heading: self.cleaned_data.get(f"column_{number}", "")
            for number, heading in enumerate(self.headings)
        }


class ApplyForm(forms.Form):
    skip_wrong = forms.BooleanField(label=_("跳过有误的单元格，导入其余数据"), required=False)


def posted_cells(sheet: Sheet, data: Any) -> dict[str, str]:
    """The cells in a posted form: `c:<cell>`."""
    return {name: data[f"c:{name}"] for name in sheet.cells if f"c:{name}" in data}


def posted_texts(prefix: str, data: Any) -> dict[str, str]:
    """`e:<finding>` explanations, `n:<cell>` notes."""
    return {key.removeprefix(prefix): data[key] for key in data if key.startswith(prefix)}
