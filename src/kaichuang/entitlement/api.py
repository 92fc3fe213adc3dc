"""The calculator for programs: the measures of a place, what is still to be asked, what a case is entitled to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from kaichuang.accounts.ratelimit import allow
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.answers import MOST_ROWS, Told
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.books import Loaded, current
from kaichuang.entitlement.queries.measures import measure_rows
from kaichuang.entitlement.queries.questions import open_questions
from kaichuang.entitlement.words import language, localised
from kaichuang.kit.http import Request
from kaichuang.kit.problems import Problem, Refused
from kaichuang.packs.problems import nearest
from kaichuang.places.models import Programme
from kaichuang.places.queries.programmes import programmes_for
from kaichuang.rules.lang.admission import admit
from kaichuang.rules.lang.errors import RulesError, Wrong
from kaichuang.rules.measures.values import parse_value

router = Router(tags=["entitlement"])
RATE = "60/m/ip"
_MOST_FACTS = 300

Cell = bool | int | str | None
Written = Cell | list[dict[str, Cell]]
Slug = Annotated[str, Field(max_length=50)]


class CaseIn(Schema):
    """A case. Money is written in yuan (`200000`, `"20万"`), ratios as `"30%"`, days as `"2019-06-01"`; tables are
    lists of rows. What is not told is unknown. `who` narrows to the measures for some subjects."""

    programme: Slug
    pack: Annotated[str, Field(max_length=60)] = ""
    as_of: dt.date | None = None
    who: Annotated[list[Slug], Field(max_length=30)] = []
    facts: Annotated[dict[str, Written], Field(max_length=_MOST_FACTS)] = {}


class PackOut(Schema):
    id: str
    version: str
    sha256: str


class AnswerOut(Schema):
    """`results` are by measure: status, amounts in yuan as text, conditions with clauses, steps, what is missing.
    `best` is the best lawful combination, `dropped` what gives way and why."""

    programme: str
    pack: PackOut
    as_of: dt.date
    results: dict[str, Any]
    best: dict[str, str]
    dropped: list[dict[str, Any]]
    total: str


class QuestionOut(Schema):
    """A fact to be told next; the first is the most useful."""

    name: str
    title: dict[str, str]
    type: str
    values: dict[str, dict[str, str]]
    measures: list[str]
    clauses: list[str]
    suppliers: list[str]


class MeasureOut(Schema):
    id: str
    title: str
    summary: str
    beneficiary: str
    subject: str
    kind: str
    clause: str
    priced: bool
    applies: bool


class ProblemOut(Schema):
    code: str
    message: str
    field: str
    clause: str


class RefusalOut(Schema):
    """Everything that is wrong, at once."""

    problems: list[ProblemOut]


@router.get("/measures", response=list[MeasureOut], summary="一个项目的政策措施")
def list_measures_of_packs(request: Request, programme: Slug, as_of: dt.date | None = None) -> Any:
    """Every measure of every pack of a programme."""
    _limited(request)
    place = _programme(request, programme)
    return measure_rows(place, on=as_of or business_date(place, request.now))


@router.post("/evaluate", response={200: AnswerOut, 422: RefusalOut, 429: RefusalOut}, summary="测算应享政策")
def evaluate_case(request: Request, payload: CaseIn) -> Any:
    """What a case is entitled to, with every reason. Nothing is kept."""
    asked = _asked(request, payload)
    with _exact():
        choice, results = asked.choice, {id_: found.as_dict() for id_, found in asked.answers.items()}
    return {
        "programme": asked.loaded.programme.slug,
        "pack": _pack(asked.loaded),
        "as_of": asked.as_of,
        "results": results,
        "best": {kept.award.id: _yuan(kept.fen) for kept in choice.kept},
        "dropped": [
            {
                "measure": one.award.id,
                "for": one.for_.id,
                "clause": one.rule.clause,
                "why": one.why.model_dump(),
            }
            for one in choice.dropped
        ],
        "total": _yuan(choice.total_fen),
    }


@router.post(
    "/questions",
    response={200: list[QuestionOut], 422: RefusalOut, 429: RefusalOut},
    summary="还需要哪些信息",
)
def next_facts(request: Request, payload: CaseIn) -> Any:
    """What is still worth telling, the most useful first."""
    asked = _asked(request, payload)
    book, found = asked.book, []
    with _exact():
        questions = open_questions(asked)
    for question in questions:
        fact, table = book.facts.get(question.name), book.collections.get(question.name)
        item = fact or table
        if item is None:
            continue
        values = fact.values if fact is not None else {}
        found.append(
            {
                "name": question.name,
                "title": {"zh": item.title.zh, "en": item.title.get("en")},
                "type": fact.type if fact is not None else "table",
                "values": {code: {"zh": text.zh, "en": text.get("en")} for code, text in values.items()},
                "measures": [measure.id for measure in question.measures],
                "clauses": question.clauses,
                "suppliers": list(item.suppliers),
            }
        )
    return found


@contextmanager
def _exact() -> Iterator[None]:
    """What cannot be computed exactly is refused, with every reason."""
    try:
        yield
    except RulesError as errors:
        told = ((found.en if language() == "en" else localised(found.zh)) for found in errors.problems)
        raise Refused(*(Problem("too_large", one) for one in told)) from errors


def _limited(request: Request) -> None:
    if not allow(request, "entitlement.api", RATE):
        raise HttpError(429, _("请求过于频繁，请一分钟后再试。"))


def _programme(request: Request, slug: str) -> Programme:
    found = programmes_for(request.actor).filter(slug=slug.replace("\x00", "")).first()
    if found is None:
        raise Http404
    return found


def _asked(request: Request, payload: CaseIn) -> Asked:
    _limited(request)
    programme = _programme(request, payload.programme)
    loaded = current(programme, payload.pack)
    if loaded is None:
        raise Http404
    day = payload.as_of or business_date(programme, request.now)
    if not 1900 <= day.year <= 2199:
        raise Refused(Problem("as_of", _("测算日期应在 1900 至 2199 年之间。"), field="as_of"))
    facts = _parsed(loaded, payload.facts)
    tables = {
        name: value for name, value in facts.items() if name in loaded.book.collections and value is not None
    }
    told = Told(
        programme=programme.slug,
        pack=loaded.version.pack,
        who=tuple(payload.who),
        as_of=day,
        facts={name: value for name, value in facts.items() if name not in tables and value is not None},
        tables=tables,
    )
    return Asked(loaded, told, day)


def _parsed(loaded: Loaded, written: dict[str, Written]) -> dict[str, Any]:
    """Facts in the program's values. Raises ``Refused`` with every problem at once."""
    problems: list[Problem] = []
    parsed: dict[str, Any] = {}
    for name, value in written.items():
        try:
            parsed |= _one(loaded, name, value)
        except KeyError as error:
            known = (*loaded.book.compiled.fields, *loaded.book.collections)
            near = nearest(str(error.args[0]), known)
            hint = _("您是否要写“%(near)s”？") % {"near": near} if near else ""
            problems.append(Problem("unknown_fact", _("没有这一数据项。") + hint, field=name))
        except (ValueError, Wrong) as error:
            problems.append(Problem("wrong_fact", _told(error, name), field=name))
    if problems:
        raise Refused(*problems)
    return parsed


def _one(loaded: Loaded, name: str, value: Written) -> dict[str, Any]:
    """One fact or table, admitted as the program would admit it. Raises ``KeyError``, ``ValueError`` or ``Wrong``."""
    book = loaded.book
    if name not in book.collections:
        if name not in book.compiled.fields or isinstance(value, list):
            raise KeyError(name)
        parsed = parse_value(value, book.type_of(name))
        admit(book.compiled.fields[name], parsed)
        return {name: parsed}
    if value is not None and not isinstance(value, list):
        raise ValueError("应为列表 | must be a list of rows")
    if value is not None and len(value) > MOST_ROWS * 10:
        raise ValueError(f"最多 {MOST_ROWS * 10} 行 | at most {MOST_ROWS * 10} rows")
    columns = {column.code: column for column in book.collections[name].columns}
    rows = [{key: parse_value(cell, columns[key].type) for key, cell in row.items()} for row in value or ()]
    return {name: None if value is None else rows}


def _told(error: ValueError | Wrong, name: str) -> str:
    """The sentence of an error that carries both languages."""
    if isinstance(error, Wrong):
        found = error.at(name)
        zh, en = found.zh, found.en
    else:
        zh, _bar, en = str(error).partition(" | ")
    return (en or zh) if language() == "en" else localised(zh)


def _pack(loaded: Loaded) -> dict[str, str]:
    version = loaded.version
    return {"id": version.pack, "version": version.version, "sha256": version.sha256}


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
