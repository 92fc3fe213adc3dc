"""Set up a panel and say what it reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError as SheetError

from kaichuang.experts.masking import mask_text, short_names
from kaichuang.experts.models import Aggregate, Item, Panel, PanelState
from kaichuang.experts.operations.validity import problems_of
from kaichuang.experts.permissions import may_keep_pool, may_run
from kaichuang.experts.scoring import CRITERION, DRAW, PRIORITY, SUBMITTED
from kaichuang.experts.sheet import TENTHS, Sheet
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale, refuse_if
from kaichuang.parties.models import Membership, Party, PartyKind, Relation
from kaichuang.places.models import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSpec:
    """Something to review: which row, whose, and what the readers get to see.

    `material` are pairs of title and text; `attachments` ids of `files.Attachment`. In a blind panel the applicant's
    names and numbers are masked in the material; what stands inside attached files is the caller's care.
    """

    subject_type: str
    subject_id: str
    label: str
    party: Party
    material: Sequence[tuple[str, str]] = ()
    attachments: Sequence[int] = ()
    blind_label: str = ""
    is_priority: bool = False
    submitted_at: datetime | None = None

    @classmethod
    def about(cls, row: models.Model, **more: Any) -> Self:
        """For a row of the database, named as in the journal."""
        return cls(subject_type=row._meta.label_lower, subject_id=str(row.pk), **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRules:
    """How the panel works. Points are points (not tenths); None means no such rule."""

    aggregate: str = Aggregate.MEAN
    divergence_points: Decimal | None = None
    divergence_percent: int | None = None
    pass_mark: Decimal | None = None
    quota: int | None = None
    ties: Sequence[str] = field(default=(DRAW,))
    is_blind: bool = True
    balance_load: bool = False
    due_days: int = 10


@transaction.atomic
def open_panel(
    *,
    programme: Programme,
    title: str,
    sheet: Sheet | Mapping[str, Any],
    seats: int,
    actor: Actor,
    now: datetime,
    items: Iterable[ItemSpec] = (),
    specialities: Sequence[str] = (),
    rules: PanelRules | None = None,
    clause: str = "",
) -> Panel:
    """A panel in preparation. Raises `Refused` with everything that is wrong with sheet, rules and items."""
    require(may_keep_pool(actor, programme))
    rules = rules or PanelRules()
    form = _sheet(sheet)
    panel = Panel(
        programme=programme,
        title=title.strip(),
        specialities=sorted(set(specialities)),
        seats_wanted=seats,
        balance_load=rules.balance_load,
        sheet=form.plain(),
        aggregate=rules.aggregate,
        divergence_tenths=_tenths(rules.divergence_points),
        divergence_percent=rules.divergence_percent,
        pass_tenths=_tenths(rules.pass_mark),
        quota=rules.quota,
        ties=list(rules.ties) or [DRAW],
        is_blind=rules.is_blind,
        due_days=rules.due_days,
        clause=clause,
        opened_at=now,
        opened_by_id=actor.user_id,
    )
    refuse_if([*problems_of(panel), *_wrong_rules(form, rules)])
    panel.save(force_insert=True)
    record(
        actor=actor,
        now=now,
        action="open",
        subject=panel,
        scope=programme.slug,
        payload={"title": panel.title, "seats": seats, "sheet": panel.sheet, "ties": panel.ties},
    )
    add_items(panel=panel, items=items, actor=actor, now=now)
    return panel


@transaction.atomic
def add_items(*, panel: Panel, items: Iterable[ItemSpec], actor: Actor, now: datetime) -> list[Item]:
    """More to review, until the draw: after it, relations of the experts would have to be asked again."""
    locked = Panel.objects.select_for_update(of=("self",), no_key=True).get(pk=panel.pk)
    require(may_run(actor, locked))
    if locked.state != PanelState.PREPARING:
        raise Stale(_("专家已抽取，不能再添加评审项。"))
    wanted = list(items)
    known = set(locked.items.values_list("subject_type", "subject_id"))
    twice = [spec for spec in wanted if (spec.subject_type, spec.subject_id) in known]
    refuse_if(Problem("item_twice", _("“%s”已在本评审组中。") % spec.label) for spec in twice)
    last = locked.items.aggregate(models.Max("number"))["number__max"] or 0
    rows = [_item(locked, spec, number) for number, spec in enumerate(wanted, start=last + 1)]
    refuse_if(problem for row in rows for problem in problems_of(row))
    for row in rows:
        row.save(force_insert=True)
    if rows:
        payload = {"items": [[row.subject_type, row.subject_id] for row in rows]}
        record(
            actor=actor,
            now=now,
            action="add_items",
            subject=locked,
            scope=locked.programme.slug,
            payload=payload,
        )
    return rows


def _item(panel: Panel, spec: ItemSpec, number: int) -> Item:
    hidden = _needles(spec.party, panel.programme) if panel.is_blind else []
    return Item(
        panel=panel,
        subject_type=spec.subject_type,
        subject_id=spec.subject_id,
        number=number,
        label=spec.label.strip(),
        blind_label=spec.blind_label.strip() or f"申报书{number:02d}",
        party=spec.party,
        material=[[title, mask_text(text, hidden)] for title, text in spec.material],
        attachments=list(spec.attachments),
        is_priority=spec.is_priority,
        submitted_at=spec.submitted_at,
    )


def _needles(party: Party, programme: Programme) -> list[str]:
    """What would tell the applicant: names with and without legal form, numbers, the people behind it."""
    place = programme.place
    places = [name for name in (place.name, place.short_name) if name]
    people = Relation.objects.filter(target=party, source__kind=PartyKind.PERSON)
    members = Membership.objects.filter(party=party, until=None)
    return [
        *short_names(party.name, places),
        party.uscc,
        party.phone,
        party.email,
        party.identity_number,
        *people.values_list("source__name", flat=True),
        *members.values_list("user__name", flat=True),
    ]


def _sheet(sheet: Sheet | Mapping[str, Any]) -> Sheet:
    try:
        return sheet if isinstance(sheet, Sheet) else Sheet.model_validate(sheet)
    except SheetError as error:
        raise Refused(
            *(
                Problem(
                    "sheet",
                    _("评分表有误（%(place)s）：%(message)s")
                    % {"place": ".".join(map(str, one["loc"])), "message": one["msg"]},
                    field="sheet",
                )
                for one in error.errors()
            )
        ) from error


def _wrong_rules(sheet: Sheet, rules: PanelRules) -> Iterable[Problem]:
    allowed = {PRIORITY, SUBMITTED, DRAW, *(CRITERION + code for code in sheet.codes)}
    for rule in rules.ties:
        if rule not in allowed:
            yield Problem("tie_rule", _("没有这种同分规则：%s") % rule, field="ties")
    if len(set(rules.ties)) != len(rules.ties):
        yield Problem("tie_twice", _("同分规则有重复。"), field="ties")
    for name, value in (("pass_mark", rules.pass_mark), ("divergence_points", rules.divergence_points)):
        if value is not None and not 0 <= value <= sheet.full:
            yield Problem("beyond_full", _("合格线和分歧界限须在0和满分之间。"), field=name)


def _tenths(value: Decimal | None) -> int | None:
    if value is None:
        return None
    tenths = value * TENTHS
    if tenths != tenths.to_integral_value() or tenths < 0:
        raise Refused(Problem("decimals", _("分数最多一位小数，且不能为负。")))
    return int(tenths)
