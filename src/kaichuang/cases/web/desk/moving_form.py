"""The form of one move: it asks for what the consequences of the move need, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.needs import is_complete
from kaichuang.cases.queries.computing import entitlement_of
from kaichuang.entitlement.words import title_of, words
from kaichuang.kit.money import format_yuan
from kaichuang.packs.schema.workflows import Move
from kaichuang.rules.measures import Entitlement
from kaichuang.ui.forms import MoneyField

_ROWS, _MOST_ROWS = 3, 30


class MoveForm(forms.Form):
    """Amount, reason, grounds by clause, list of what is missing, title of the list: as `move.does` says."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=_MOST_ROWS)

    def __init__(
        self, *args: Any, case: Case, move: Move, found: Entitlement | None, now: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.move, self.found, self.now = case, move, found, now
        self.fields["seen"].initial = case.changed_at.isoformat()
        does: set[str] = set(move.does)
        self.findings: list[dict[str, str]] = []
        self.own_kinds: tuple[str, ...] = ()
        if does & {"propose", "decide"} and found is not None and found.plan.payable:
            self._ask_amount(found)
        if "propose" in does and case.version.file.matter.review is not None:
            self.fields["priority"] = forms.CharField(
                label=_("同等条件下优先的理由"), max_length=200, required=False, initial=case.priority
            )
        if "correct" in does:
            self._ask_items()
        if does & {"refuse", "revoke"}:
            self._ask_grounds()
        if "recover" in does:
            self._ask_recovery()
        if "publicise" in does:
            self.fields["title"] = forms.CharField(
                label=_("公示标题"),
                max_length=160,
                initial=_("%(matter)s拟支持名单") % {"matter": case.matter.title},
                help_text=_("公示期%(days)s个工作日，期满自动结束。")
                % {"days": case.version.file.matter.publicity.days},
            )
        if "correct" not in does:
            self._ask_reason(does)

    # -- what is asked ------------------------------------------------------------------------------------------

    def _ask_amount(self, found: Entitlement) -> None:
        ceiling = found.payable_fen
        exact = found.nature == "exact"
        initial = self.case.proposed_fen if self.case.proposed_fen is not None else ceiling
        field = MoneyField(label=_("金额"), initial=initial, required=True)
        if ceiling is None:
            field.help_text = _("金额尚不能确定：缺少据以计算的数据。")
        else:
            words_ = (
                _("定额%(ceiling)s元，不能增减。")
                if exact
                else _("测算上限%(ceiling)s元，可以少于、不能超过。")
            )
            field.help_text = words_ % {"ceiling": format_yuan(ceiling)}
        check = reverse("cases:desk_amount", args=[self.case.pk])
        field.widget.attrs |= {
            "hx-get": check,
            "hx-trigger": "input changed delay:300ms, change",
            "hx-target": "#amount-check",
            "hx-swap": "innerHTML",
        }
        self.fields["amount_fen"] = field

    def _ask_recovery(self) -> None:
        """How much comes back, and at which yearly rate; instalments are agreed on the page of the recovery."""
        self.fields["amount_fen"] = MoneyField(
            label=_("追回金额"), required=False, help_text=_("不填表示追回已支付的全部款项。")
        )
        self.fields["rate"] = forms.DecimalField(
            label=_("年利率（%）"),
            required=False,
            min_value=0,
            max_value=36,
            decimal_places=4,
            help_text=_("自支付之日起按实际天数计算；不填表示不计利息。分期还款在追回页面约定。"),
        )

    def _ask_reason(self, does: set[str]) -> None:
        needed = self.move.reason or "revoke" in does
        field = forms.CharField(
            label=_("理由"), max_length=1000, required=needed, widget=forms.Textarea(attrs={"rows": 3})
        )
        if not needed:
            field.help_text = (
                _("可以不填；不符合的条件会按条款写入决定。") if "refuse" in does else _("可以不填。")
            )
        self.fields["reason"] = field

    def _ask_items(self) -> None:
        self.findings = list(findings_of(self.case, self.now))
        if self.findings:
            self.fields["found"] = forms.MultipleChoiceField(
                label=_("系统发现的缺项"),
                choices=[(str(at), one["text"]) for at, one in enumerate(self.findings)],
                initial=[str(at) for at in range(len(self.findings))],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        if self.case.corrections.exists():
            self.fields["why_later"] = forms.CharField(
                label=_("首次为何未能一次告知"),
                max_length=200,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("此前已告知过一次补正。再次告知须说明原因，并计入本单位的一次性告知情况。"),
            )
            self.fields["new"] = forms.BooleanField(label=_("属于首次告知时看不出来的新情况"), required=False)
        about = [("", _("其他")), *self._abouts()]
        self._add_rows(("about", "text", "clause"), about)

    def _abouts(self) -> Iterator[tuple[str, str]]:
        from kaichuang.cases.queries.papers import papers_of

        for paper in papers_of(self.case):
            yield f"paper:{paper.paper.code}", _("材料：%(title)s") % {"title": paper.title}
        if self.found is not None:
            told = self.case.answers
            for name in (*told.get("f", {}), *told.get("t", {})):
                yield name, _("填报：%(title)s") % {"title": title_of(self.found.book, name)}

    def _ask_grounds(self) -> None:
        open_ = []
        if self.found is not None:
            open_ = [c for c in self.found.conditions if c.status == "unknown"]
        self._open = {c.id: c for c in open_}
        if open_:
            self.fields["grounds"] = forms.MultipleChoiceField(
                label=_("尚未证实的条件（勾选写入决定）"),
                choices=[(c.id, words(c.message)) for c in open_],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        self._add_rows(("text", "clause"), [])

    def _add_rows(self, kinds: tuple[str, ...], about: list[tuple[str, str]]) -> None:
        self.own_kinds = kinds
        self.fields["rows"].initial = self.row_count
        for at in range(self.row_count):
            for kind in kinds:
                self.fields[f"{kind}_{at}"] = _row_field(kind, about)

    @property
    def row_count(self) -> int:
        """How many free lines there are."""
        try:
            count = int(self.data.get("rows") or _ROWS)
        except (TypeError, ValueError):
            count = _ROWS
        more = 3 if "more" in self.data else 0
        return max(0, min(count + more, _MOST_ROWS))

    # -- how it is drawn ----------------------------------------------------------------------------------------

    def plain_fields(self) -> list[BoundField]:
        """Everything but the free lines."""
        return [self[name] for name in self.fields if not self._is_row(name)]

    def free_rows(self) -> list[list[BoundField]]:
        """The free lines, one under the other."""
        return [
            [self[f"{kind}_{at}"] for kind in self.own_kinds]
            for at in range(self.row_count if self.own_kinds else 0)
        ]

    def _is_row(self, name: str) -> bool:
        kind, _sign, at = name.rpartition("_")
        return kind in self.own_kinds and at.isdigit()

    @property
    def failed(self) -> list[Any]:
        """The conditions that the decision names by itself."""
        if self.found is None or not {"refuse"} & set(self.move.does):
            return []
        return [c for c in self.found.conditions if c.status == "not_met"]

    # -- what is given ------------------------------------------------------------------------------------------

    def given(self) -> dict[str, Any]:
        """The `data` of the move."""
        values, data = self.cleaned_data, {}
        for name in ("amount_fen", "priority", "title", "why_later", "new"):
            if values.get(name) not in (None, ""):
                data[name] = values[name]
        if values.get("rate"):
            data["rates"] = [(date.min, int(values["rate"] * 10_000))]
        if "correct" in self.move.does:
            ticked = [self.findings[int(at)] for at in values.get("found", ())]
            data["items"] = [*ticked, *self._written()]
        if {"refuse", "revoke"} & set(self.move.does):
            ticked = [
                {"clause": self._open[id_].clause, "text": self._open[id_].message.zh}
                for id_ in values.get("grounds", ())
            ]
            data["grounds"] = [*ticked, *self._written()]
        return data

    def _written(self) -> list[dict[str, str]]:
        rows = [
            {kind: str(self.cleaned_data.get(f"{kind}_{at}", "")).strip() for kind in self.own_kinds}
            for at in range(self.row_count)
        ]
        return [row for row in rows if row.get("text")]


def _row_field(kind: str, about: list[tuple[str, str]]) -> forms.Field:
    if kind == "about":
        return forms.ChoiceField(label=_("关于"), choices=about, required=False)
    if kind == "clause":
        return forms.CharField(label=_("依据的条款"), max_length=60, required=False)
    return forms.CharField(label=_("内容"), max_length=500, required=False)


def findings_of(case: Case, now: Any) -> Iterator[dict[str, str]]:
    """What the platform itself finds missing or unknown: statements, papers, facts that decide."""
    seen: set[str] = set()
    for problem in is_complete(case, now):
        seen.add(problem.field)
        yield {"about": problem.field, "text": str(problem.message), "clause": problem.clause}
    found = entitlement_of(case)
    if found is None or found.status != "unknown":
        return
    for missing in found.missing:
        if missing.name not in seen:
            text = _("“%(fact)s”尚不清楚，请补充说明或证明材料。") % {"fact": words(missing.title)}
            yield {"about": missing.name, "text": text, "clause": found.measure.clause}
