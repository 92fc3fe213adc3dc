"""The measures of a programme, for lists, pages and search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q
from django.urls import reverse

from kaichuang.entitlement.queries.asking import subjects_of
from kaichuang.entitlement.queries.books import Loaded, all_current
from kaichuang.entitlement.words import language, localised, named, unit_name, words
from kaichuang.kit.actor import Actor
from kaichuang.packs.pages import Page, page
from kaichuang.places.models import Programme
from kaichuang.places.queries.programmes import programmes_for
from kaichuang.policy.models import ClauseUse
from kaichuang.rules.measures.model import Measure
from kaichuang.rules.measures.scope import symbol
from kaichuang.ui.search import Found, Hit


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One line of the list."""

    programme: str
    id: str
    title: str
    beneficiary: str
    subject: str
    kind: str
    clause: str
    priced: bool
    applies: bool
    units: str
    summary: str

    @property
    def pk(self) -> str:
        return self.id

    @property
    def url(self) -> str:
        return reverse("entitlement:measure", args=[self.programme, self.id])


def measure_rows(programme: Programme, *, on: date) -> list[MeasureRow]:
    """Every measure of every pack of a programme, in the order of the documents."""
    return [
        _row(programme, loaded, measure, on)
        for loaded in all_current(programme)
        for measure in loaded.book.rules.measures
    ]


def find_measure(programme: Programme, id_: str) -> tuple[Loaded, Measure] | None:
    """A measure of a programme by its id."""
    for loaded in all_current(programme):
        if id_ in loaded.book.plans:
            return loaded, loaded.book.measure(id_)
    return None


def applies_on(loaded: Loaded, measure: Measure, on: date) -> bool:
    """Whether the measure's document is in force on a day, under the readings in force."""
    name = f"{symbol(measure.id)}.in_force"
    case = loaded.book.case_facts({}, as_of=on, settings=loaded.settings)
    return loaded.book.values(case, settings=loaded.settings, outputs=(name,))[name] is True


def _row(programme: Programme, loaded: Loaded, measure: Measure, on: date) -> MeasureRow:
    own = symbol(measure.id)
    unset = [name for name in measure.unpriced if loaded.settings.get(f"{own}.{name}") is None]
    return MeasureRow(
        programme=programme.slug,
        id=measure.id,
        title=words(measure.title),
        beneficiary=words(measure.beneficiary.title),
        subject=measure.beneficiary.subject,
        kind=measure.kind,
        clause=measure.clause,
        priced=not unset,
        applies=applies_on(loaded, measure, on),
        units="、".join(unit_name(loaded.pack, unit) for unit in measure.responsible),
        summary=words(measure.summary),
    )


def reading_page(loaded: Loaded, measure: Measure) -> Page:
    """The measure in plain language with worked examples, made from the rule under the settings in force."""
    made = page(loaded.pack, loaded.book, measure.id, language=language(), settings=loaded.settings)
    return _localised(made)


def _localised(made: Page) -> Page:
    def text(one: str) -> str:
        return localised(one)

    return replace(
        made,
        title=text(made.title),
        lead=text(made.lead),
        source=text(made.source),
        foot=text(made.foot),
        sections=tuple(
            replace(one, heading=text(one.heading), lines=tuple(map(text, one.lines)))
            for one in made.sections
        ),
        examples=tuple(
            replace(
                one,
                given=tuple(map(text, one.given)),
                steps=tuple(map(text, one.steps)),
                result=text(one.result),
            )
            for one in made.examples
        ),
    )


def find(actor: Actor, /, *, text: str, limit: int, offset: int) -> Found:
    """Measures of all public programmes by title or id: one query, no pack is opened."""
    match = Q(title__icontains=text) | Q(title_en__icontains=text) | Q(key__iexact=text)
    rows = (
        ClauseUse.objects.filter(match, section="measures", version__is_current=True)
        .filter(version__programme__in=programmes_for(actor))
        .order_by("version__programme_id", "key")
        .values_list("version__programme__slug", "version__programme__name", "key", "title", "title_en")
        .distinct()
    )
    hits = [
        Hit(
            title=(title_en or title) if language() == "en" else title,
            url=reverse("entitlement:measure", args=[slug, key]),
            note=name,
            text=key,
        )
        for slug, name, key, title, title_en in rows[offset : offset + limit]
    ]
    return Found(tuple(hits), rows.count())


def subjects(loaded: Loaded) -> list[tuple[str, str]]:
    """(code, title) of those for whom the pack has measures."""
    return [(code, named(loaded.pack, "subjects", code)) for code in subjects_of(loaded.book)]
