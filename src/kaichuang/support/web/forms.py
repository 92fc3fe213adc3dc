"""Forms of support."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.kit.money import parse_yuan
from kaichuang.ledger.interest import PPM_OF_PERCENT
from kaichuang.places.models import Programme
from kaichuang.support.models import OUTSIDE
from kaichuang.ui.forms import DateField, FileField, FilterForm, MoneyField

_MAX_PAPER = 20 * 1024 * 1024


class AwardFilter(FilterForm):
    programme = forms.ModelChoiceField(
        label=gettext_lazy("项目"),
        queryset=Programme.objects.none(),
        to_field_name="slug",
        empty_label=gettext_lazy("全部"),
    )
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)
    measure = forms.CharField(label=gettext_lazy("政策措施或事项"), max_length=60)
    party = forms.CharField(label=gettext_lazy("受益单位"), max_length=80)
    clause = forms.CharField(label=gettext_lazy("条款"), max_length=60)


class AccountForm(forms.Form):
    holder = forms.CharField(
        label=gettext_lazy("户名"), max_length=120, help_text=gettext_lazy("应与您的名称一致。")
    )
    bank = forms.CharField(
        label=gettext_lazy("开户行"),
        max_length=120,
        help_text=gettext_lazy("写到支行，例如：工商银行宁海支行。"),
    )
    number = forms.CharField(label=gettext_lazy("账号"), max_length=40)
    again = forms.CharField(label=gettext_lazy("再输一次账号"), max_length=40)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("number") and values.get("again") and values["number"] != values["again"]:
            self.add_error("again", ValidationError(_("两次输入的账号不同，请核对。")))
        return values


class PaperForm(forms.Form):
    paper = forms.ChoiceField(label=gettext_lazy("材料"))
    file = FileField(
        label=gettext_lazy("文件"), accept=(".pdf", ".jpg", ".jpeg", ".png"), max_bytes=_MAX_PAPER
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["paper"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class ReceiptForm(forms.Form):
    amount = MoneyField(label=gettext_lazy("到账金额"), min_fen=1)
    received_on = DateField(label=gettext_lazy("到账日期"))
    reference = forms.CharField(label=gettext_lazy("银行流水号"), max_length=60)


class PlanForm(forms.Form):
    plan = forms.CharField(
        label=gettext_lazy("还款计划"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("每行一期：日期，金额（元）。例如：2026-06-30，50,000"),
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)

    def clean_plan(self) -> list[tuple[date, int]]:
        found = []
        for number, line in enumerate(self.cleaned_data["plan"].splitlines(), 1):
            if not line.strip():
                continue
            day, _comma, amount = line.replace("，", ",").partition(",")
            try:
                found.append((date.fromisoformat(day.strip()), parse_yuan(amount)))
            except ValueError as error:
                message = _("第%(row)d行应写成“日期，金额”，例如 2026-06-30，50,000。")
                raise ValidationError(message % {"row": number}) from error
        return found


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class SpendingForm(forms.Form):
    category = forms.ChoiceField(label=gettext_lazy("支出类别"), required=False)
    what = forms.CharField(label=gettext_lazy("支出内容"), max_length=200, required=False)
    amount = MoneyField(label=gettext_lazy("金额"), min_fen=1, required=False)
    spent_on = DateField(label=gettext_lazy("支出日期"), required=False)
    voucher = forms.CharField(label=gettext_lazy("凭证号"), max_length=60, required=False)
    why = forms.CharField(
        label=gettext_lazy("用于其他方面的原因"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("只在支出类别为“用于其他方面”时填写。"),
    )

    def __init__(
        self, *args: Any, choices: list[tuple[str, str]], earmarked: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if earmarked:
            choices = [*choices, (OUTSIDE, _("用于其他方面（专项以外）"))]
        else:
            del self.fields["why"]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.is_empty or self.errors:
            return values
        for name in ("what", "amount", "spent_on"):
            if not values.get(name):
                self.add_error(
                    name, ValidationError(_("请填写“%(field)s”。") % {"field": self.fields[name].label})
                )
        if values.get("category") == OUTSIDE and not values.get("why"):
            self.add_error("why", ValidationError(_("用于其他方面的支出，请说明原因。")))
        return values

    @property
    def is_empty(self) -> bool:
        """A row that nobody has filled in."""
        return not any(
            self.cleaned_data.get(name) for name in ("what", "amount", "spent_on", "voucher", "why")
        )


class RulingForm(forms.Form):
    """How much of what was spent outside the earmark comes back."""

    reclaim = MoneyField(label=gettext_lazy("追回金额"), min_fen=0)
    reason = forms.CharField(
        label=gettext_lazy("理由和依据"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("核查通过时按此追回，理由写入追回通知；不追回的填0并说明理由。"),
    )
    rate = forms.DecimalField(
        label=gettext_lazy("年利率（%）"),
        required=False,
        min_value=0,
        max_value=36,
        decimal_places=4,
        help_text=gettext_lazy("条款规定计收利息的，自支付之日起按实际天数计算；没有规定的留空。"),
    )
    rate_clause = forms.CharField(
        label=gettext_lazy("计息依据的条款"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("填写利率时必填，写入追回通知。"),
    )

    def given(self) -> dict[str, Any]:
        """What the ruling says."""
        values, rate = self.cleaned_data, self.cleaned_data["rate"]
        return {
            "reclaim": values["reclaim"],
            "reason": values["reason"],
            "rate_ppm": int(rate * PPM_OF_PERCENT) if rate else None,
            "rate_clause": values["rate_clause"],
        }


class SummaryForm(forms.Form):
    summary = forms.CharField(
        label=gettext_lazy("成效说明"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
