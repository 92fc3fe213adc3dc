"""Answers side by side: as handed in and as it is now; several cases of one matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kaichuang.cases.models import Case, Submission
from kaichuang.cases.queries.cases import cases_for
from kaichuang.cases.queries.computing import PRIOR, asked_of
from kaichuang.cases.queries.papers import PaperNeeded, RowFiles, files_by_row
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.known import Known
from kaichuang.entitlement.queries.results import MeasureLine, result_of
from kaichuang.entitlement.web.answered import age_of
from kaichuang.entitlement.words import shown, title_of, words
from kaichuang.facts.models.observation import Source
from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_yuan, parse_yuan
from kaichuang.packs.freeze import read
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.facts import Described
from kaichuang.rules.measures.values import Text

ESTABLISHED = "established"
"""The source named for facts that public servants established for the case."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One value in force: what it is, where it came from, how old it is, and what was handed in where that differs."""

    name: str
    title: str
    value: str
    source: str
    age: str
    before: str = ""
    is_fact: bool = True
    """Whether a public servant may establish it; what the platform counts itself stands."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that no longer is as it was handed in."""

    title: str
    then: str
    now: str


def line_of(asked: Asked) -> MeasureLine:
    """What the rules say about the one measure of a case, in words."""
    return result_of(asked).lines[0]


def statements_of(asked: Asked, submission: Submission | None = None) -> list[Statement]:
    """Everything told and known that the measure uses, the applicant's own first."""
    then = _facts(submission)
    return [*_told(asked, then), *_known(asked, then)]


def _facts(submission: Submission | None) -> dict[str, Any]:
    document = submission.document if submission is not None else None
    return {name: read(value) for name, value in (document or {}).get("facts", {}).items()}


def _told(asked: Asked, then: Mapping[str, Any]) -> Iterator[Statement]:
    book = asked.book
    for name, value in asked.told.facts.items():
        source = _("申请人填报")
        if name in asked.known and asked.known[name].value != value:
            registered = shown(book, name, {name: asked.known[name].value})
            source = _("申请人填报（平台记载为%(value)s）") % {"value": registered}
        shown_now = shown(book, name, {name: value})
        yield Statement(
            name, title_of(book, name), shown_now, source, "", _before(book, name, then, shown_now)
        )
    for name in sorted(asked.told.unknown):
        yield Statement(name, title_of(book, name), _("不知道"), _("申请人填报"), "")


def _known(asked: Asked, then: Mapping[str, Any]) -> Iterator[Statement]:
    book = asked.book
    for name, known in asked.known.items():
        if name in asked.told.names or name not in asked.answers.known:
            continue
        source = _source(known)
        value = shown(book, name, {name: known.value})
        age = "" if known.source == PRIOR else age_of(known.told_on, asked.as_of)
        before = _before(book, name, then, value)
        is_fact = known.source != PRIOR
        yield Statement(name, title_of(book, name), value, source, age, before, is_fact)


def _source(known: Known) -> str:
    if known.source == PRIOR:
        return _("平台资金与决定记录")
    if known.source == ESTABLISHED:
        return _("经办核定：%(note)s") % {"note": known.reference}
    return str(Source(known.source).label)


def _before(book: Rulebook, name: str, then: Mapping[str, Any], now: str) -> str:
    if name not in then:
        return ""
    before = shown(book, name, {name: then[name]})
    return before if before != now else ""


@dataclass(frozen=True, slots=True)
class TableTold:
    """A table as the applicant filled it in, with the papers of each row where they are asked for row by row."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    papers: tuple[tuple[RowFiles, ...], ...]

    @property
    def lines(self) -> list[tuple[list[str], tuple[RowFiles, ...]]]:
        """Each row with its papers."""
        return list(zip(self.rows, self.papers or ((),) * len(self.rows), strict=True))


def tables_told(asked: Asked, papers: Sequence[PaperNeeded] = ()) -> list[TableTold]:
    """The tables that the applicant filled in."""
    found = []
    for code, rows in asked.told.tables.items():
        columns = [
            column for column in asked.book.collections[code].columns if any(column.code in r for r in rows)
        ]
        body = [[_cell(column, row.get(column.code)) for column in columns] for row in rows]
        heads, files = [words(column.title) for column in columns], files_by_row(papers, code)
        found.append(TableTold(title_of(asked.book, code), heads, body, files))
    return found


def _cell(column: Described, value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if column.type == "money" and isinstance(value, int):
        return format_yuan(value)
    if column.values and value in column.values:
        return words(column.values[value])
    return str(value)


def changes(then: Mapping[str, Any] | None, now: Mapping[str, Any] | None, measure: str) -> list[Change]:
    """How an answer differs from the one handed in: the conclusion, the amount, each condition, each step."""
    if then is None or now is None or measure not in then.get("results", {}):
        return []
    old, new = then["results"][measure], now["results"][measure]
    found = [
        Change(title, _answered(name, old[name]), _answered(name, new[name]))
        for name, title in (("status", _("结论")), ("payable", _("测算上限")), ("amount", _("测算金额")))
        if old[name] != new[name]
    ]
    before = {one["id"]: one for one in old["conditions"]}
    found += [
        Change(_said(one["title"]), _said(before[one["id"]]["text"]), _said(one["text"]))
        for one in new["conditions"]
        if one["id"] in before and before[one["id"]]["status"] != one["status"]
    ]
    return found


def _answered(name: str, value: str | None) -> str:
    """A part of a frozen answer in words: the conclusion, or an amount in yuan."""
    if value is None:
        return "—"
    if name == "status":
        return {"met": _("符合"), "not_met": _("不符合"), "unknown": _("待定")}[value]
    return _("%(amount)s元") % {"amount": format_yuan(parse_yuan(value))}


def _said(text: Mapping[str, str]) -> str:
    """A text of a frozen answer for the reader."""
    return words(Text(zh=text["zh"], en=text.get("en", "")))


@dataclass(frozen=True)
class Beside:
    """One case of a comparison."""

    case: Case
    line: MeasureLine | None
    values: dict[str, str]
    """What is known, by title."""

    @property
    def amount_fen(self) -> int | None:
        case = self.case
        for fen in (case.granted_fen, case.proposed_fen, case.ceiling_fen):
            if fen is not None:
                return fen
        return None


def comparable(actor: Actor, keys: Sequence[int]) -> QuerySet[Case]:
    """The cases named, of the programme, as the actor may see them; the best first."""
    rows = cases_for(actor).filter(
        programme=actor.programme_id, submitted_at__isnull=False, pk__in=list(keys)[:40]
    )
    return rows.select_related("version__pack_version__programme").order_by(
        "rank", "-score", "submitted_at", "pk"
    )


def beside(cases: Sequence[Case]) -> list[Beside]:
    """Each case with its answer, in the order given."""
    found = []
    for case in cases:
        asked = asked_of(case)
        line = line_of(asked) if asked is not None else None
        values = {one.title: one.value for one in statements_of(asked)} if asked is not None else {}
        found.append(Beside(case, line, values))
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """One case of a ranking: whether it is within the quota and the pot."""

    case: Case
    number: int
    amount_fen: int
    total_fen: int
    """This and everything before it."""
    within_quota: bool
    within_pot: bool


def ranking(cases: Sequence[Case], *, quota: int | None, pot_fen: int | None) -> list[Place]:
    """By rank where experts ranked, else by score, else by the time of submission."""
    ordered = sorted(
        cases,
        key=lambda case: (
            case.rank if case.rank is not None else 1 << 30,
            -(case.score if case.score is not None else -1),
            case.submitted_at,
            case.pk,
        ),
    )
    places, total = [], 0
    for number, case in enumerate(ordered, 1):
        amount = next(
            (fen for fen in (case.granted_fen, case.proposed_fen, case.ceiling_fen) if fen is not None), 0
        )
        total += amount
        places.append(
            Place(
                case=case,
                number=number,
                amount_fen=amount,
                total_fen=total,
                within_quota=quota is None or number <= quota,
                within_pot=pot_fen is None or total <= pot_fen,
            )
        )
    return places
