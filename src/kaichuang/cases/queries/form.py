"""What an application asks for: it follows from the measure, so that nothing is asked without need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from kaichuang.packs.schema.matters import Matter
from kaichuang.rules.lang.errors import RulesError
from kaichuang.rules.measures import Rulebook

APPLICANT = "applicant"


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
    conditions = set(_fields(book, _read_by_goals(book, matter)[0]))
    extra = set(_extra(book, matter))
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


def asked_names(book: Rulebook, matter: Matter) -> list[str]:
    """The facts and tables that the applicant of a matter is asked for."""
    conditions, amounts = _read_by_goals(book, matter)
    names = [name for name in _fields(book, [*conditions, *amounts]) if _asks_applicant(book, name)]
    return list(dict.fromkeys([*names, *_extra(book, matter)]))


def elsewhere(asked: Asked, matter: Matter) -> list[Elsewhere]:
    """What others supply: shown, so that the applicant knows whom to turn to."""
    book, found = asked.book, []
    conditions, amounts = _read_by_goals(book, matter)
    for name in _fields(book, [*conditions, *amounts]):
        item = book.facts.get(name)
        if item is None or _asks_applicant(book, name) or "ledger" in item.suppliers or name in matter.asks:
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


def _read_by_goals(book: Rulebook, matter: Matter) -> tuple[list[str], list[str]]:
    """The names that the conditions read, and those that the amount reads besides."""
    if matter.measure is None:
        return [], []
    plan = book.plans[matter.measure]
    conditions = list(_read(book, (*(check.name for check in plan.checks), plan.eligible)))
    amounts = list(_read(book, (plan.amount, plan.payable)))
    return conditions, [name for name in amounts if name not in conditions]


def _read(book: Rulebook, goals: Iterable[str | None]) -> Iterator[str]:
    seen: set[str] = set()
    for goal in goals:
        for name in sorted(book.program.depends_on(goal)) if goal else ():
            if name not in seen:
                seen.add(name)
                yield name


def _fields(book: Rulebook, names: Iterable[str]) -> list[str]:
    """Facts, and the tables behind totals; each once."""
    fields = (book.table_of(name) or name for name in names if name not in book.usages)
    return [name for name in dict.fromkeys(fields) if name in book.facts or name in book.collections]


def _extra(book: Rulebook, matter: Matter) -> list[str]:
    return [name for name in matter.asks if name in book.facts or name in book.collections]


def _asks_applicant(book: Rulebook, name: str) -> bool:
    """Whether the applicant can supply it; the day of application is the day of handing in."""
    item = book.collections.get(name) or book.facts[name]
    if name in book.compiled.unset or getattr(item, "default", None) == "as_of":
        return False
    return not item.suppliers or APPLICANT in item.suppliers


def _question(asked: Asked, matter: Matter, name: str) -> Question:
    """Rows are asked for one by one: sums without rows prove nothing."""
    measures = [asked.book.measure(matter.measure)] if matter.measure is not None else []
    return Question(name, measures)
