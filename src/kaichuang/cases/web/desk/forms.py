"""Forms of the queue and of batches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaichuang.cases.models import Matter, Round, Source
from kaichuang.cases.queries.queue import files_of, versions_in
from kaichuang.cases.web.desk.common import STATUS_LABELS, matter_title
from kaichuang.cases.web.desk.tables import ALWAYS, USUAL
from kaichuang.entitlement.words import words
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import Role, Unit
from kaichuang.places.models import Programme
from kaichuang.ui.forms import FilterForm, MoneyField

_ALL = ("", _("全部"))
SCOPES = (("desk", _("在我单位办理")), ("open", _("全部在办")), ("ended", _("已经办结")), ("all", _("全部")))
DUE = (_ALL, ("overdue", _("已超期")), ("soon", _("三天内到期")), ("paused", _("等待申请人或无时限")))


class QueueFilter(FilterForm):
    """Of the queue; `stage` is chosen by the tabs."""

    q = forms.CharField(
        label=_("编号、申请人或信用代码"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    scope = forms.ChoiceField(label=_("范围"), choices=[("", _("在我单位办理")), *SCOPES[1:]])
    matter = forms.ChoiceField(label=_("事项"))
    state = forms.ChoiceField(label=_("状态"))
    desk = forms.ChoiceField(label=_("经办单位"))
    round = forms.ChoiceField(label=_("申报批次"))
    due = forms.ChoiceField(label=_("期限"), choices=DUE)
    status = forms.ChoiceField(label=_("测算结论"), choices=[_ALL, *STATUS_LABELS.items()])
    source = forms.ChoiceField(label=_("来源"), choices=[_ALL, *Source.choices])
    least_fen = MoneyField(label=_("测算上限不低于"))
    most_fen = MoneyField(label=_("测算上限不高于"))
    stage = forms.CharField(max_length=20, widget=forms.HiddenInput)
    cols = forms.CharField(max_length=400, widget=forms.HiddenInput)

    def __init__(self, *args: Any, programme: Programme, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matters = Matter.objects.filter(programme=programme)
        rounds = Round.objects.filter(matter__programme=programme).values_list("pk", "title")
        units = Unit.objects.filter(programme=programme).values_list("pk", "name")
        self._offer("state", _states(actor))
        self._offer("matter", [(str(row.pk), matter_title(row)) for row in matters])
        self._offer("round", [(str(pk), title) for pk, title in rounds])
        self._offer("desk", [(str(pk), name) for pk, name in units])
        if actor.unit_id is None or actor.has(Role.AUDITOR):
            self.fields["scope"].choices = [  # type: ignore[attr-defined]  # a choice field
                ("", gettext("全部在办")),
                *SCOPES[2:],
            ]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [_ALL, *choices]  # type: ignore[attr-defined]  # a choice field
        if not choices:
            del self.fields[name]

    @property
    def columns(self) -> list[str]:
        """The columns asked for, or the usual ones."""
        asked = str(self.values.get("cols", "")).split(",")
        return [name for name in asked if name] or list(USUAL)


def _states(actor: Actor) -> list[tuple[str, str]]:
    """The states of the workflows under which cases run, in their order."""
    files = files_of(versions_in(actor)).values()
    return list(
        {
            state.id: words(state.title)
            for file in files
            for state in file.workflow.states
            if state.kind != "draft"
        }.items()
    )


class ColumnsForm(forms.Form):
    """Which columns to show."""

    col = forms.MultipleChoiceField(label=_("显示的列"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, names: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["col"].choices = [  # type: ignore[attr-defined]  # a choice field
            pair for pair in names if pair[0] not in ALWAYS
        ]


class BatchForm(forms.Form):
    """What the same move for many cases needs."""

    title = forms.CharField(label=_("名称"), max_length=160, required=False)
    reason = forms.CharField(
        label=_("理由"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if move not in {"publicise", "send_to_experts"}:
            del self.fields["title"]
        else:
            del self.fields["reason"]
            self.fields["title"].label = gettext("公示标题") if move == "publicise" else gettext("评审组名称")
        if move == "reject":
            self.fields["reason"].required = True
            self.fields["reason"].help_text = gettext(
                "写明理由和依据的条款；不符合的条件会按条款自动写入决定。"
            )


class NoteForm(forms.Form):
    """A remark for colleagues."""

    text = forms.CharField(
        label=_("内部备注"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("只有工作人员可见，申请人看不到；写下后不能修改。"),
    )
