"""The catalogue of matters, and a page for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kaichuang.cases.models import Case
from kaichuang.cases.queries.catalogue import Offer, matters_for, offer_of, offers_of, stage_title, stop_of
from kaichuang.cases.queries.form import asked_names
from kaichuang.entitlement.web.measures import parameter_lines
from kaichuang.entitlement.words import title_of, words
from kaichuang.kit.http import Request
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.structure import Step
from kaichuang.ui.forms import FilterForm


class MatterFilter(FilterForm):
    """For whom, when, and words of the title."""

    q = forms.CharField(
        label=gettext_lazy("查找"), max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    who = forms.ChoiceField(label=gettext_lazy("我是"))
    when = forms.ChoiceField(
        label=gettext_lazy("时间"),
        choices=[
            ("", gettext_lazy("全部")),
            ("open", gettext_lazy("正在受理")),
            ("soon", gettext_lazy("即将开始")),
            ("closed", gettext_lazy("目前不受理")),
            ("automatic", gettext_lazy("免申即享")),
        ],
    )

    def __init__(self, data: Any, *, subjects: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["who"].choices = [("", _("全部")), *subjects]  # type: ignore[attr-defined]  # a choice field

    def keeps(self, offer: Offer) -> bool:
        """Whether a matter fits the filters in use; one for nobody in particular is for all."""
        values = self.values
        codes = [code for code, _title in offer.subjects]
        text = str(values.get("q", "")).lower()
        return (
            ("who" not in values or not codes or values["who"] in codes)
            and values.get("when", offer.when) == offer.when
            and text in f"{offer.spec.id} {offer.title} {offer.summary} {offer.matter.title}".lower()
        )


@require_safe
def matters(request: Request) -> HttpResponse:
    """Everything that can be applied for in the programme."""
    offers = offers_of(request.programme, request.actor, request.now) if request.programme else []
    subjects = dict(pair for offer in offers for pair in offer.subjects)
    filters = MatterFilter(request.GET, subjects=list(subjects.items()))
    kept = [offer for offer in offers if filters.keeps(offer)]
    context = {
        "programme": request.programme,
        "filters": filters,
        "cards": [_card(offer) for offer in kept],
        "total": len(offers),
        "drafts": _drafts(request),
        "mine": request.actor.party_id is not None,
    }
    return render(request, "cases/public/matters.html", context)


@require_safe
def matter(request: Request, pk: int) -> HttpResponse:
    """One matter: what it gives, to whom, what to bring, and the way through the offices."""
    row = get_object_or_404(matters_for(request.actor), pk=pk if pk < 2**63 else 0)
    offer = offer_of(row, request.now)
    context = {
        **_card(offer),
        "steps": _steps(offer),
        "stops": [stop for stop in offer.way if stop.state.kind != "end"],
        "branches": _branches(offer),
        "asks": asked_titles(offer),
        "notes": [words(note) for note in offer.spec.notes],
        "rounds": list(row.rounds.order_by("-opens_at")[:6]),
        "tranches": [(words(one.title), float(one.share), one.clause) for one in offer.spec.tranches],
        "publicity": offer.spec.publicity,
        "draft": _drafts(request).get(row.pk),
        "mine": request.actor.party_id is not None,
        "calculator": _calculator(offer),
        "now": request.now,
        "crumbs": [(_("事项目录"), f"{reverse('cases:matters')}?{urlencode({'programme': row.programme.slug})}")],
    }  # fmt: skip
    return render(request, "cases/public/matter.html", context)


def _card(offer: Offer) -> dict[str, Any]:
    return {
        "offer": offer,
        "matter": offer.matter,
        "figures": parameter_lines(offer.loaded, offer.measure) if offer.measure is not None else [],
        "badge": when_badge(offer),
        "may_begin": offer.matter.is_offered and offer.when != "automatic",
    }


def when_badge(offer: Offer) -> str:
    """When one can apply, in a word and a colour."""
    left = offer.days_left
    match offer.when:
        case "automatic":
            return badge(_("免申即享"), tone="success")
        case "open" if left is not None:
            return badge(_("还剩 %(n)d 天截止") % {"n": left}, tone="warning" if left <= 7 else "info")
        case "open":
            return badge(_("常年受理"), tone="success")
        case "soon":
            return badge(_("%(n)d 天后开始") % {"n": left or 0}, tone="info")
    return badge(_("目前不受理"))


def asked_titles(offer: Offer) -> list[str]:
    """What the applicant will be asked for, in words."""
    book = offer.loaded.book
    return [title_of(book, name) for name in asked_names(book, offer.spec)]


def _steps(offer: Offer) -> list[Step]:
    """The way as a picture: each stage with its working days."""
    stages: dict[str, int] = {}
    for stop in offer.way:
        counts = stop.days if stop.state.desk != "applicant" else 0
        stages[stop.state.stage] = stages.get(stop.state.stage, 0) + (counts or 0)
    return [
        Step(label=stage_title(stage), note=_("%(n)d 个工作日") % {"n": days} if days else "")
        for stage, days in stages.items()
    ]


def _branches(offer: Offer) -> list[dict[str, Any]]:
    """What can happen besides: returns, disputes, refusals, appeals."""
    usual = {stop.state.id for stop in offer.way}
    return [
        {
            "stop": stop_of(offer.file, state, offer.units),
            "moves": list(dict.fromkeys(words(m.title) for m in offer.file.workflow.moves if m.to == state.id)),
        }
        for state in offer.file.workflow.states
        if state.id not in usual
    ]  # fmt: skip


def _drafts(request: Request) -> dict[int, int]:
    """Drafts of the party that one acts for, by matter."""
    if request.actor.party_id is None:
        return {}
    rows = Case.objects.filter(party=request.actor.party_id, stage="draft", ended_at=None)
    return dict(rows.values_list("matter", "pk"))


def _calculator(offer: Offer) -> str:
    if offer.measure is None:
        return ""
    values = {
        "programme": offer.matter.programme.slug,
        "pack": offer.loaded.version.pack,
        "who": offer.measure.beneficiary.subject,
    }
    return f"{reverse('entitlement:calculator')}?{urlencode(values)}"
