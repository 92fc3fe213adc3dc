"""What an application asks for: it follows from the measure, so that nothing is asked without need."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.queries.computing import asked_of, told_of
from kaichuang.entitlement.queries.answers import Told
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.books import loaded
from kaichuang.entitlement.queries.known import Known
from kaichuang.entitlement.queries.questions import Question
from kaichuang.entitlement.words import language, localised, named, shown, title_of
from kaichuang.packs.matters.asked import asked_names, extra_names, fields_of, is_asked, names_read
from kaichuang.packs.schema.matters import Matter
from kaichuang.rules.lang.errors import RulesError

__all__ = [
    "Elsewhere",
    "Section",
    "asked_names",
    "differing",
    "elsewhere",
    "form_of",
    "sections_of",
    "settled",
    "uncomputable",
]


@dataclass(frozen=True)
class Section:
    """Questions that belong together, under a heading."""

    code: str
    title: str
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A fact that the rule needs and the applicant is not asked for: who supplies it, and whether it is there."""

    name: str
    title: str
    suppliers: tuple[str, ...]
    known: Known | None
    value: str


def form_of(case: Case, *, told: Told | None = None) -> Asked:
    """The case as the rules see it; for a matter without a measure the rulebook and the statements, to draw the form."""
    asked = asked_of(case, told=told)
    if asked is not None:
        return asked
    rules = loaded(case.version.pack_version)
    return Asked(rules, (told or told_of(case)).fitting(rules.book), case.as_of)


def sections_of(asked: Asked, matter: Matter) -> list[Section]:
    """The questions of a matter: conditions first, then amounts, then tables, then what the matter asks besides."""
    book = asked.book
    conditions = set(fields_of(book, names_read(book, matter)[0]))
    extra = set(extra_names(book, matter))
    names = asked_names(book, matter)
    own = [name for name in names if name not in extra]
    facts = [name for name in own if name in book.facts]
    groups = (
        ("conditions", _("资格条件"), [name for name in facts if name in conditions]),
        ("amounts", _("计算金额的数据"), [name for name in facts if name not in conditions]),
        ("tables", _("明细"), [name for name in own if name in book.collections]),
        ("asks", _("本事项另需填写"), [name for name in names if name in extra]),
    )
    return [
        Section(code, title, [_question(asked, matter, name) for name in names])
        for code, title, names in groups
        if names
    ]


def elsewhere(asked: Asked, matter: Matter) -> list[Elsewhere]:
    """What others supply: shown, so that the applicant knows whom to turn to."""
    book, found = asked.book, []
    conditions, amounts = names_read(book, matter)
    for name in fields_of(book, [*conditions, *amounts]):
        item = book.facts.get(name)
        if item is None or is_asked(book, name) or "ledger" in item.suppliers or name in matter.asks:
            continue
        if item.default == "as_of":
            continue
        known = asked.known.get(name)
        value = shown(book, name, {name: known.value}) if known is not None else ""
        suppliers = tuple(named(asked.loaded.pack, "suppliers", code) for code in item.suppliers)
        found.append(Elsewhere(name, title_of(book, name), suppliers, known, value))
    return found


def uncomputable(asked: Asked, told: Told) -> list[str]:
    """Why the rules cannot compute the statements exactly, in words: amounts too large. Empty where they can."""
    if not asked.only:
        return []
    try:
        replace(asked, told=told.fitting(asked.book)).answers  # noqa: B018 - computes
    except RulesError as errors:
        return [found.en if language() == "en" else localised(found.zh) for found in errors.problems]
    return []


def settled(asked: Asked, told: Told) -> Told:
    """What was told, without that which only repeats what the platform knows: its source stays the better one."""
    same = {name for name, value in told.facts.items() if _repeats(asked, name, value)}
    return replace(told, facts={name: value for name, value in told.facts.items() if name not in same})


def differing(asked: Asked) -> dict[str, str]:
    """Facts that the applicant states otherwise than the platform knows them, with what is known, in words."""
    return {
        name: shown(asked.book, name, {name: asked.known[name].value})
        for name, value in asked.told.facts.items()
        if name in asked.known and asked.known[name].value != value
    }


def _repeats(asked: Asked, name: str, value: object) -> bool:
    return name in asked.known and asked.known[name].value == value


def _question(asked: Asked, matter: Matter, name: str) -> Question:
    """Rows are asked for one by one: sums without rows prove nothing."""
    measures = [asked.book.measure(matter.measure)] if matter.measure is not None else []
    return Question(name, measures)
