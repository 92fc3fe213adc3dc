"""What stands on a measure's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kaichuang.rules.measures import Measure, Rulebook, Settings

from ..loader import Pack
from .examples import Example, examples
from .words import Words


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines; a line that starts with ``- `` belongs below the one before."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A measure in plain language."""

    id: str
    language: str
    title: str
    lead: str
    source: str
    sections: tuple[Section, ...]
    examples: tuple[Example, ...]
    foot: str


def page(
    pack: Pack, book: Rulebook, id_: str, *, language: str = "zh", settings: Settings | None = None
) -> Page:
    """The page of a measure in ``zh`` or ``en``, with the figures of ``settings`` in force; raises ``KeyError``."""
    measure = book.measure(id_)
    words = Words(book, measure, language, settings)
    sections = tuple(section for section in _sections(pack, words, measure) if section.lines)
    document = next((d for d in pack.all.documents if d.id == measure.clause.split()[0]), None)
    name = document.title.get(language) if document else pack.info.title.get(language)
    number = document.number if document else ""
    name = words.cited(name, number) if number else name
    foot = words.pick(
        f"由政策包 {pack.id} {pack.version}（{pack.hash[:12]}）的规则生成；以文件原文和主管部门决定为准。",
        f"Made from the rules of pack {pack.id} {pack.version} ({pack.hash[:12]}); the document itself and the bureau's "
        "decision prevail.",
    )
    source = words.pick(f"依据：{name}，{measure.clause}", f"Source: {name}, {measure.clause}")
    return Page(
        measure.id, language, measure.title.get(language), measure.summary.get(language), source, sections,
        examples(pack, book, words, settings), foot,
    )  # fmt: skip


def _sections(pack: Pack, words: Words, measure: Measure) -> Iterator[Section]:
    language = words.language
    yield Section(words.pick("给谁", "For whom"), (measure.beneficiary.title.get(language),))
    yield Section(words.pick("条件", "Conditions"), tuple(_conditions(words, measure)))
    yield Section(_amount_heading(words, measure), tuple(_amount(words, measure)))
    outcomes = tuple(words.cited(o.title.get(language), o.clause) for o in measure.outcomes)
    yield Section(words.pick("结果", "Results"), outcomes)
    yield Section(
        words.pick("与其他政策的关系", "Together with other measures"), tuple(_stacking(pack, words, measure))
    )
    titles = {item.code: item.title.get(language) for item in pack.all.evidence}
    yield Section(words.pick("材料", "Papers"), tuple(titles.get(code, code) for code in measure.evidence))
    units = {unit.id: unit.name.get(language) for unit in pack.all.units}
    yield Section(
        words.pick("由谁负责", "Who answers"), tuple(units.get(code, code) for code in measure.responsible)
    )
    yield Section(
        words.pick("本地的理解", "How open questions are read here"), tuple(_readings(words, measure))
    )
    yield Section(words.pick("何时有效", "When it applies"), tuple(_validity(words, measure)))


def _conditions(words: Words, measure: Measure) -> Iterator[str]:
    for check in words.book.plans[measure.id].checks:
        condition = check.condition
        yield words.cited(condition.title.get(words.language), condition.clause)
        if condition.hint is not None:
            yield f"- {words.pick('可以做：', 'You can: ')}{condition.hint.get(words.language)}"


def _amount_heading(words: Words, measure: Measure) -> str:
    if measure.nature == "exact":
        return words.pick("给多少", "How much")
    return words.pick("最多给多少", "How much at most")


def _amount(words: Words, measure: Measure) -> Iterator[str]:
    if measure.amount is not None:
        yield from words.amount(measure.amount)
    rounding = words.rounding()
    if rounding:
        yield rounding
    yield from (words.cap(cap) for cap in measure.caps if words.holds(cap.when) is not False)
    if measure.agreement is not None:
        yield words.pick(
            "另有协议的，按协议执行", "Where an agreement says otherwise, the agreement prevails"
        )
    for use in measure.uses:
        yield f"{words.pick('专项用于：', 'Earmarked for: ')}{use.title.get(words.language)}"
    if measure.unpriced:
        names = "、".join(measure.parameters[n].title.get(words.language) for n in measure.unpriced)
        yield words.pick(
            f"文本没有定标准，由主管部门填写：{names}", f"The text sets no figure; the bureau does: {names}"
        )


def _stacking(pack: Pack, words: Words, measure: Measure) -> Iterator[str]:
    for rule in pack.all.stacking:
        concerned = not rule.measures or measure.id in (*rule.measures, *rule.over)
        if concerned and words.holds(rule.when) is not False:
            yield words.cited(rule.title.get(words.language), rule.clause)


def _readings(words: Words, measure: Measure) -> Iterator[str]:
    for id_ in measure.readings:
        reading = words.book.readings.get(id_)
        if reading is None:
            continue
        now = words.figures.get(reading.name, reading.default)
        answer = reading.choices[now].get(words.language) if now in reading.choices else str(now)
        yield f"{reading.question.get(words.language)}{words.pick('：', ': ')}{answer}"
        yield f"- {reading.reason.get(words.language)}"


def _validity(words: Words, measure: Measure) -> Iterator[str]:
    validity = words.book.rules.validity.get(measure.clause.split()[0])
    if validity is None:
        return
    if validity.until is None:
        yield words.pick(f"自 {validity.from_} 起", f"From {validity.from_}")
    else:
        yield words.pick(
            f"{validity.from_} 至 {validity.until}，含首尾两日",
            f"{validity.from_} to {validity.until} inclusive",
        )
    for edition in validity.editions:
        yield f"- {edition.from_} – {edition.until or ''} {edition.basis.get(words.language)}"
