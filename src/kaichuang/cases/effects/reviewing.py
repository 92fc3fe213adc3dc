"""review: put cases before a panel of experts, and take its results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from kaichuang.cases.models import Case
from kaichuang.cases.operations.move import advance
from kaichuang.cases.queries.material import material_of
from kaichuang.cases.registry import effect, need
from kaichuang.cases.step import Step
from kaichuang.experts import effects as experts
from kaichuang.experts.models import Panel
from kaichuang.experts.operations.open_panel import ItemSpec, PanelRules, add_items, open_panel
from kaichuang.experts.queries.results import ItemResult
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem
from kaichuang.packs.schema.matters import Review

CASE = "cases.case"


@effect("review")
def review(step: Step) -> None:
    """Add the case to the panel given (`data["panel"]`), or open one for it."""
    panel = step.data.get("panel")
    if panel is None:
        panel = panel_for(step.case, actor=step.actor, now=step.now)
    add_items(panel=panel, items=[item_of(step.case)], actor=step.actor, now=step.now)


def panel_for(case: Case, *, actor: Actor, now: datetime, title: str = "") -> Panel:
    """A panel in preparation as the matter provides."""
    matter = case.version.file.matter
    plan = matter.review
    assert plan is not None  # the move needs a review
    return open_panel(
        programme=case.programme,
        title=title or f"{case.matter.title} {case.number}",
        sheet=_sheet(plan),
        seats=plan.seats,
        specialities=plan.specialities,
        rules=PanelRules(
            aggregate=plan.aggregate,
            divergence_points=Decimal(plan.divergence) if plan.divergence is not None else None,
            pass_mark=Decimal(plan.pass_mark) if plan.pass_mark is not None else None,
            quota=case.round.quota if case.round is not None and case.round.quota else plan.quota,
            ties=plan.ties or ("priority", "submitted_at", "draw"),
            is_blind=plan.blind,
            due_days=plan.days,
        ),
        clause=case.matter.clause,
        actor=actor,
        now=now,
    )


def _sheet(plan: Review) -> dict[str, object]:
    return {
        "criteria": [
            {
                "code": one.code,
                "title": one.title.zh,
                "title_en": one.title.get("en"),
                "max_points": one.most,
                "hint": one.hint.zh if one.hint else "",
                "hint_en": one.hint.get("en") if one.hint else "",
            }
            for one in plan.criteria
        ],
        "recommends_amount": True,
    }


def item_of(case: Case) -> ItemSpec:
    """What the readers get to see of a case."""
    papers = case.evidence.filter(removed_at=None).values_list("attachment", flat=True)
    return ItemSpec.about(
        case,
        label=f"{case.party.name} {case.number}",
        party=case.party,
        material=material_of(case),
        attachments=list(papers),
        is_priority=bool(case.priority),
        submitted_at=case.submitted_at,
    )


@experts.on_closed(CASE)
def take_results(panel: Panel, results: Sequence[ItemResult], actor: Actor, now: datetime) -> None:
    """Write score and rank to the cases, and move them on."""
    system = Actor.system(f"panel {panel.pk}", programme_id=panel.programme_id)
    for result in results:
        case = Case.objects.get(pk=result.subject_id)
        score = (
            round(Decimal(result.score.numerator) / Decimal(result.score.denominator), 4)
            if result.score is not None
            else None
        )
        Case.objects.filter(pk=case.pk).update(score=score, rank=result.rank)
        advance(case=case, event="scored", actor=system, now=now)


@need("scored")
def is_scored(case: Case, now: datetime) -> list[Problem]:
    """The panel has closed."""
    from django.utils.translation import gettext as _

    return [] if case.score is not None else [Problem("not_scored", _("专家评审尚未结束。"))]
