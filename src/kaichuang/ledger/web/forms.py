"""Forms of the ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.kit.money import format_yuan, parse_yuan
from kaichuang.ledger.enums import AccountKind, Dimension, Period
from kaichuang.ledger.interest import PPM_OF_PERCENT
from kaichuang.ledger.models import Account, Budget, Limit, Payment
from kaichuang.ledger.operations import LinePlan
from kaichuang.places.models import Programme
from kaichuang.ui.forms import DateField, FileField, FilterForm, MoneyField

_MAX_RESULTS = 5 * 1024 * 1024


class AccountFilter(FilterForm):
    q = forms.CharField(label=gettext_lazy("编码或名称"), max_length=80)
    kind = forms.ChoiceField(
        label=gettext_lazy("性质"), choices=[("", gettext_lazy("全部")), *AccountKind.choices]
    )


class ClaimFilter(FilterForm):
    measure = forms.CharField(label=gettext_lazy("政策措施"), max_length=60)
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)


class PeriodFilter(FilterForm):
    since = DateField(label=gettext_lazy("自"))
    until = DateField(label=gettext_lazy("至"))


class UntilFilter(FilterForm):
    until = DateField(label=gettext_lazy("截至"))


class YearFilter(FilterForm):
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)


class AdoptForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)
    code = forms.SlugField(label=gettext_lazy("代号"), max_length=20)
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    total = MoneyField(label=gettext_lazy("预算总额"), min_fen=1)
    lines = forms.CharField(
        label=gettext_lazy("科目"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "每行一个科目：代号，名称，金额，用途（可不填）。例如：L1，孵化器日常运营，200万，县科创中心"
        ),
    )
    document = forms.CharField(label=gettext_lazy("批复文件"), max_length=120)
    clause = forms.CharField(label=gettext_lazy("政策依据"), max_length=80, required=False)

    def clean_lines(self) -> list[LinePlan]:
        plans: list[LinePlan] = []
        wrong: list[ValidationError] = []
        for number, text in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if text.strip():
                try:
                    plans.append(_plan(text))
                except ValueError:
                    wrong.append(
                        ValidationError(_("第%(row)d行应为：代号，名称，金额，用途。") % {"row": number})
                    )
        if wrong:
            raise ValidationError(wrong)
        return plans


def _plan(text: str) -> LinePlan:
    """Raises ValueError when the line is not `code, name, amount[, purpose]`."""
    parts = [part.strip() for part in text.replace("，", ",").replace("\t", ",").split(",")]
    code, name, amount, *purpose = parts
    if not code or not name:
        raise ValueError(text)
    return LinePlan(code=code, name=name, amount=parse_yuan(amount), purpose="，".join(purpose))


class ChangeForm(forms.Form):
    """One amount for each line: what it gains, or with a minus loses."""

    document = forms.CharField(label=gettext_lazy("批复文件"), max_length=120)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = {f"line_{line.pk}": line for line in budget.lines.order_by("code")}
        for name, line in self._lines.items():
            self.fields[name] = MoneyField(
                label=str(line), min_fen=None, required=False, help_text=_("增加填正数，减少填负数。")
            )

    @property
    def amounts(self) -> dict[str, int]:
        """By line code, without the zeros."""
        return {
            line.code: self.cleaned_data[name]
            for name, line in self._lines.items()
            if self.cleaned_data.get(name)
        }


class CarryOverForm(forms.Form):
    into = forms.ModelChoiceField(
        Budget.objects.none(),
        label=gettext_lazy("结转到"),
        required=False,
        empty_label=gettext_lazy("不结转，全部收回"),
    )
    document = forms.CharField(label=gettext_lazy("批复文件"), max_length=120)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        later = Budget.objects.filter(programme_id=budget.programme_id, year__gt=budget.year)
        self.fields["into"].queryset = later  # type: ignore[attr-defined]  # a ModelChoiceField, as declared


class MakeBatchForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("批次号"), max_length=30)
    due_by = DateField(label=gettext_lazy("应付日期不晚于"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)


class ReleaseForm(forms.Form):
    """Why a payment that came back may go to the same account again."""

    reason = forms.CharField(
        label=gettext_lazy("核实情况和放行理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = payment.retries
        self.fields["reason"].help_text = _(
            "%(payee)s，%(bank)s %(account)s，%(amount)s元；银行退回原因：%(note)s。"
            "收款人更正账户后会自动进入下一批次；经核实账户无误，才在此放行。"
        ) % {
            "payee": payment.payee,
            "bank": payment.bank,
            "account": payment.masked_account,
            "amount": format_yuan(payment.amount),
            "note": (first.outcome_note or first.get_outcome_display()) if first is not None else "",
        }


class ResultsForm(forms.Form):
    file = FileField(
        label=gettext_lazy("银行结果文件"),
        accept=(".csv",),
        max_bytes=_MAX_RESULTS,
        help_text=gettext_lazy("CSV 表头：支付编号，结果，日期，说明。结果为成功、失败或退票。"),
    )


class LimitForm(forms.Form):
    ceiling = MoneyField(label=gettext_lazy("新的上限"), min_fen=0)


class ReverseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)


class DemandForm(forms.Form):
    principal = MoneyField(label=gettext_lazy("追回本金"), min_fen=1)
    rate = forms.DecimalField(
        label=gettext_lazy("年利率（%）"),
        min_value=Decimal(0),
        max_value=Decimal(36),
        decimal_places=4,
        help_text=gettext_lazy("单利，按实际天数除以365计；不计息填0。"),
    )
    until = DateField(label=gettext_lazy("计息至（不含当日）"))
    clause = forms.CharField(label=gettext_lazy("政策依据"), max_length=80)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    @property
    def ppm(self) -> int:
        """The yearly rate in parts per million."""
        return int(self.cleaned_data["rate"] * PPM_OF_PERCENT)


class ReceiveForm(forms.Form):
    amount = MoneyField(label=gettext_lazy("收到金额"), min_fen=1, help_text=gettext_lazy("可分次登记。"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)


class NewLimitForm(forms.Form):
    code = forms.SlugField(label=gettext_lazy("代号"), max_length=60)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    dimension = forms.ChoiceField(label=gettext_lazy("限额对象"), choices=Dimension.choices)
    period = forms.ChoiceField(label=gettext_lazy("期间"), choices=Period.choices)
    ceiling = MoneyField(label=gettext_lazy("上限"), min_fen=0)
    clause = forms.CharField(label=gettext_lazy("政策依据"), max_length=80)
    measure = forms.CharField(
        label=gettext_lazy("政策措施"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("不填则对所有政策措施合计。"),
    )
    pool = forms.ChoiceField(label=gettext_lazy("资金池"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programme = programme
        pools = Account.objects.filter(programme=programme, kind=AccountKind.AVAILABLE, unit__code="CNY")
        names = pools.exclude(pool="").order_by("pool").values_list("pool", "name")
        self.fields["pool"].choices = [("", _("全部")), *names]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Limit.objects.filter(programme=self._programme, code=code).exists():
            raise ValidationError(_("本项目中已有此限额代号。"))
        return code
