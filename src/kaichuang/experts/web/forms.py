"""Forms of the pool, of panels and of experts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.experts.models import Expert, ExpertState, Item, PanelState, Score
from kaichuang.experts.operations.score import WHOLE, parse_points
from kaichuang.experts.reasons import points
from kaichuang.experts.sheet import TENTHS, Criterion, Sheet
from kaichuang.experts.specialities import choices
from kaichuang.experts.web.words import hint_of, title_of
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import type_str
from kaichuang.parties.models import Party, PartyKind
from kaichuang.places.models import Programme
from kaichuang.places.queries.divisions import prefix_of
from kaichuang.ui.forms import FilterForm, MoneyField

_ALL = ("", gettext_lazy("全部"))


class PoolFilter(FilterForm):
    q = forms.CharField(
        label=gettext_lazy("姓名、编号或单位"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    speciality = forms.ChoiceField(label=gettext_lazy("专业领域"), choices=[])
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=[_ALL, *ExpertState.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["speciality"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [_ALL, *choices()]


class PanelFilter(FilterForm):
    q = forms.CharField(
        label=gettext_lazy("名称"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=[_ALL, *PanelState.choices])


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("评分不齐或分歧未处理时须填写。"),
    )


class ExpertForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What is kept about an expert; the operation saves it."""

    specialities = forms.MultipleChoiceField(
        label=gettext_lazy("专业领域"), choices=[], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Expert
        fields = ("specialities", "employer", "title", "most_panels", "statement")
        widgets = {"statement": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "employer": gettext_lazy("与申报主体有关联时，评审自动回避。"),
            "most_panels": gettext_lazy("同时参加的评审组不超过此数。"),
        }

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["specialities"]
        known = dict(choices()) | {code: code for code in self.initial.get("specialities") or []}
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = list(known.items())
        employer = self.fields["employer"]
        if isinstance(employer, forms.ModelChoiceField):
            employer.queryset = organisations(programme)
        self.fields["statement"].required = False

    def _post_clean(self) -> None:
        """The operation asks the constraints, with everything else that can be wrong."""

    @property
    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "specialities": sorted(self.cleaned_data["specialities"])}


class NominateForm(ExpertForm):
    party = forms.ModelChoiceField(label=gettext_lazy("专家"), queryset=Party.objects.none())
    field_order = ("party", "specialities", "employer", "title", "most_panels", "statement")

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        field = self.fields["party"]
        if isinstance(field, forms.ModelChoiceField):
            near = Party.objects.filter(kind=PartyKind.PERSON, closed_on=None)
            field.queryset = (
                near.filter(registered_in=programme)
                .exclude(expertships__programme=programme)
                .order_by("sort_key")
            )


def organisations(programme: Programme) -> Any:
    """Where experts of a programme work: the organisations of its place."""
    rows = Party.objects.filter(kind=PartyKind.ORGANISATION, closed_on=None)
    inside = rows.filter(registered_in=programme) | rows.filter(
        division__code__startswith=prefix_of(programme.place_id)
    )
    return inside.distinct().order_by("sort_key")


class AnnounceForm(forms.Form):
    seed_source = forms.CharField(
        label=gettext_lazy("公开种子的来源"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "例如尚未开奖的某期彩票号码，抽取时录入。留空则由系统生成种子并公布其哈希，抽取时揭示。"
        ),
    )


class SeedForm(forms.Form):
    seed = forms.CharField(label=gettext_lazy("种子"), max_length=200)


class DeclarationForm(forms.Form):
    """A line for each item: no conflict, or a conflict with its reason."""

    def __init__(self, *args: Any, items: list[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"conflict_{item.pk}"] = forms.BooleanField(
                label=_("%s：须回避") % item.reader_label, required=False
            )
            self.fields[f"reason_{item.pk}"] = forms.CharField(
                label=_("%s：回避理由") % item.reader_label,
                required=False,
                max_length=500,
                widget=forms.TextInput(attrs={"placeholder": _("例如：曾合作申报、亲属任职")}),
            )
        self.fields["declared"] = forms.BooleanField(
            label=_("我已逐项核对，除以上注明的以外，与其余申报方没有利益关系，并对评审内容保密。"),
            error_messages={"required": _("请确认申明。")},
        )

    @property
    def conflicts(self) -> dict[int, str]:
        data = self.cleaned_data
        return {item.pk: data[f"reason_{item.pk}"] for item in self.items if data.get(f"conflict_{item.pk}")}

    def rows(self) -> list[tuple[Item, Any, Any]]:
        return [(item, self[f"conflict_{item.pk}"], self[f"reason_{item.pk}"]) for item in self.items]


class PointsField(forms.Field):
    """Points with at most one decimal; the value is in tenths, None when empty."""

    def __init__(self, *, most: str, full_tenths: int, **options: Any) -> None:
        widget = forms.NumberInput(
            attrs={"step": "0.1", "min": "0", "max": most, "inputmode": "decimal", "autocomplete": "off"}
        )
        super().__init__(required=False, widget=widget, **options)
        self.most, self.full_tenths = most, full_tenths
        self.suffix: type_str = "/ " + most

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            tenths = parse_points(str(value))
        except ValueError as error:
            raise ValidationError(_("请填写数字，最多一位小数。"), code="invalid") from error
        if not 0 <= tenths <= self.full_tenths:
            raise ValidationError(_("须在0到%s分之间。") % self.most, code="out_of_range")
        return tenths


class ScoreForm(forms.Form):
    """The scoring sheet of one item; empty is allowed while it is a draft."""

    def __init__(self, *args: Any, score: Score, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(score), **kwargs})
        self.sheet: Sheet = score.seat.panel.form
        for one in self.sheet.criteria:
            self.fields[f"p_{one.code}"] = PointsField(
                label=title_of(one), help_text=hint_of(one), most=_most(one), full_tenths=one.max_tenths
            )
            if one.comment_required:
                self.fields[f"c_{one.code}"] = _comment(_("“%s”评语") % title_of(one), needed=True)
        self.fields["c_"] = _comment(_("总体评语"), needed=self.sheet.comment_required)
        if self.sheet.recommends_amount:
            self.fields["amount"] = MoneyField(label=_("建议金额"), required=False)

    @property
    def points(self) -> dict[str, int]:
        """Tenths of the fields that are filled in rightly."""
        given = {one.code: self.cleaned_data.get(f"p_{one.code}") for one in self.sheet.criteria}
        return {code: value for code, value in given.items() if value is not None}

    @property
    def comments(self) -> dict[str, str]:
        return {
            name.removeprefix("c_"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("c_") and text
        }

    @property
    def amount(self) -> int | None:
        return self.cleaned_data.get("amount")


def _initial(score: Score) -> dict[str, Any]:
    values: dict[str, Any] = {f"p_{code}": f"{tenths / TENTHS:g}" for code, tenths in score.points.items()}
    values |= {f"c_{code}": text for code, text in score.comments.items()}
    return {**values, "c_": score.comments.get(WHOLE, ""), "amount": score.recommended_fen}


def _most(criterion: Criterion) -> str:
    return points(Fraction(criterion.max_points))


def _comment(label: str, *, needed: bool) -> forms.CharField:
    hint = _("必填") if needed else ""
    return forms.CharField(
        label=label,
        required=False,
        max_length=2000,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReaderForm(forms.Form):
    """Which items another reader is to read."""

    items = forms.ModelMultipleChoiceField(
        label=gettext_lazy("评审项"), queryset=Item.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["items"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = items


def own_person(actor: Actor) -> Party | None:
    """The person who is signed in."""
    return Party.objects.filter(user=actor.user_id).first() if actor.user_id is not None else None
