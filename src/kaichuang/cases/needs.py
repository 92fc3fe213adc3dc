"""What the requirements of workflow tables mean, as far as cases themselves know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.queries.computing import bans_on, entitlement_of, parties_of, told_of
from kaichuang.cases.queries.keys import untold_keys
from kaichuang.cases.queries.papers import Lack, lacking
from kaichuang.cases.registry import need
from kaichuang.clock.queries import business_date
from kaichuang.entitlement.queries.books import compiled
from kaichuang.entitlement.queries.questions import missing_names
from kaichuang.entitlement.words import named, title_of, words
from kaichuang.kit.problems import Problem
from kaichuang.packs.matters.asked import extra_names, is_asked
from kaichuang.rules.measures import Entitlement, Rulebook


@need("open")
def is_open(case: Case, now: datetime) -> Iterator[Problem]:
    """The matter is offered, and its round is open where it has rounds."""
    if not case.matter.is_offered:
        yield Problem("not_offered", _("该事项目前不开放申报。"))
    if case.version.file.matter.window != "round":
        return
    if case.round is None:
        yield Problem("no_round", _("该事项按批次申报，目前没有开放的批次。您的草稿会保留，开放后可以提交。"))
    elif now < case.round.opens_at:
        yield Problem("round_not_open", _("“%(round)s”尚未开始。") % {"round": case.round.title})
    elif now >= case.round.closes_at:
        yield Problem(
            "round_closed",
            _("“%(round)s”已经截止。您的草稿会保留，可在下一批次提交。") % {"round": case.round.title},
        )


@need("complete")
def is_complete(case: Case, now: datetime) -> Iterator[Problem]:
    """Everything that the applicant can tell has been told, and every paper is there; all that is missing at once."""
    found = entitlement_of(case)
    yield from _untold(found) if found is not None else _unasked(case)
    yield from _unnumbered(case, found)
    for lack in lacking(case):
        yield Problem("paper_missing", _wanted(lack), field=lack.place)


def _wanted(lack: Lack) -> str:
    if lack.row is None:
        return _("请上传“%(paper)s”。") % {"paper": lack.needed.title}
    words_ = {"paper": lack.needed.title, "table": lack.needed.table, "row": lack.row.number}
    if lack.row.label:
        text = _("请为“%(table)s”第%(row)d行（%(label)s）上传“%(paper)s”。")
        return text % {**words_, "label": lack.row.label}
    return _("请为“%(table)s”第%(row)d行上传“%(paper)s”。") % words_


def _untold(found: Entitlement) -> Iterator[Problem]:
    book = found.book
    for name in missing_names(found):
        field = book.table_of(name) or name
        item = book.collections.get(field) or book.facts.get(field)
        if item is None or (item.suppliers and "applicant" not in item.suppliers):
            continue
        message = _("请填写“%(fact)s”。") % {"fact": title_of(book, field)}
        yield Problem("fact_missing", message, field=field, clause=found.measure.clause)


def _unasked(case: Case) -> Iterator[Problem]:
    """Where no rule says what it needs, everything that the matter asks for is needed."""
    book = compiled(case.version.pack_version)[1]
    for name in _blank(case, book):
        message = _("请填写“%(fact)s”。") % {"fact": title_of(book, name)}
        yield Problem("fact_missing", message, field=name, clause=case.matter.clause)


def _blank(case: Case, book: Rulebook) -> list[str]:
    """What a matter without a measure asks its applicant and was not told; that there are no rows is told, too."""
    told = told_of(case)
    return [
        name
        for name in extra_names(book, case.version.file.matter)
        if is_asked(book, name)
        and name not in told.tables
        and (name not in told.facts or not str(told.facts[name]).strip())
    ]


def _unnumbered(case: Case, found: Entitlement | None) -> Iterator[Problem]:
    """A claim is found to be the second one by its number, so a blank is not an answer; “无” is."""
    book = found.book if found is not None else compiled(case.version.pack_version)[1]
    missing = set(missing_names(found) if found is not None else _blank(case, book))
    for table, name, row in untold_keys(case):
        if name in missing:
            continue
        if row is None:
            text = _("请填写“%(fact)s”，用来核对是否重复申报；没有编号的填“无”。")
            message = text % {"fact": title_of(book, name)}
        else:
            text = _("请填写“%(table)s”第%(row)d行的“%(fact)s”，用来核对是否重复申报；没有编号的填“无”。")
            column = next(column for column in book.collections[table].columns if column.code == name)
            message = text % {"table": title_of(book, table), "row": row, "fact": words(column.title)}
        yield Problem("key_missing", message, field=table or name, clause=case.matter.clause)


@need("eligible")
def is_eligible(case: Case, now: datetime) -> Iterator[Problem]:
    """The rules do not rule the case out, and nothing that decides is unknown; each reason with its clause."""
    ban = bans_on(business_date(case.programme, now)).filter(party__in=parties_of(case)).first()
    if ban is not None:
        message = _("该主体在%(until)s前（含当日）处于禁止申报期，不能申报。") % {"until": ban.until}
        yield Problem("banned", message, clause=ban.clause)
    found = entitlement_of(case)
    if found is None:
        return
    if found.status == "not_met":
        for condition in found.conditions:
            if condition.status == "not_met":
                yield Problem(f"condition:{condition.id}", words(condition.message), clause=condition.clause)
    if found.status == "unknown":
        pack = case.version.pack_version
        for missing in found.missing:
            who = "、".join(named(compiled(pack)[0], "suppliers", code) for code in missing.suppliers)
            message = _("“%(fact)s”尚不清楚，请由%(who)s提供。") % {
                "fact": words(missing.title),
                "who": who or _("申请人"),
            }
            yield Problem("unknown", message, field=missing.name, clause=found.measure.clause)


@need("corrected")
def is_corrected(case: Case, now: datetime) -> Iterator[Problem]:
    """Each point of the open correction was answered: by a new paper, another value, or in words."""
    correction = case.corrections.filter(answered_at=None).first()
    if correction is None:
        return
    last = case.submissions.order_by("-number").first()
    before = last.answers if last is not None else {}
    handed = {one["sha256"] for one in last.papers} if last is not None else set()
    for item in correction.items:
        about = str(item.get("about", ""))
        if item.get("reply") or _changed(case, about, before, handed):
            continue
        yield Problem("not_corrected", _("请补正：%(text)s") % {"text": item["text"]}, field=about)


def _changed(case: Case, about: str, before: dict[str, dict[str, object]], handed: set[str]) -> bool:
    """Whether the fact has another value, or the paper another file, than when the case was last handed in."""
    if about.startswith("paper:"):
        paper, _colon, row = about.removeprefix("paper:").partition(":")
        there = case.evidence.filter(paper=paper, removed_at=None, row__endswith=row)
        return there.exclude(attachment__content__sha256__in=handed).exists()
    return any(
        case.answers.get(part, {}).get(about) != before.get(part, {}).get(about) for part in ("f", "t")
    )


@need("review")
def has_review(case: Case, now: datetime) -> Iterable[Problem]:
    """The matter provides for a review by experts."""
    if case.version.file.matter.review is None:
        return [Problem("no_review", _("该事项不经专家评审。"))]
    return []


@need("no_review")
def has_no_review(case: Case, now: datetime) -> Iterable[Problem]:
    """The matter goes without experts."""
    if case.version.file.matter.review is not None:
        return [Problem("review_needed", _("该事项须经专家评审，请先送专家评审。"))]
    return []


@need("report")
def has_report(case: Case, now: datetime) -> Iterable[Problem]:
    """A report on the use of the money is due after payment."""
    return (
        []
        if case.version.file.matter.report is not None
        else [Problem("no_report", _("该事项无须报送使用情况。"))]
    )


@need("no_report")
def has_no_report(case: Case, now: datetime) -> Iterable[Problem]:
    """Nothing is to be reported after payment."""
    return (
        [Problem("report_due", _("该事项须报送资金使用情况。"))]
        if case.version.file.matter.report is not None
        else []
    )
