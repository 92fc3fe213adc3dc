"""The application as a form: the calculator's fields, without "I do not know"; what is known is there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from kaichuang.cases.queries.form import Section, settled
from kaichuang.cases.queries.rows import is_key, new_key
from kaichuang.entitlement.queries.answers import Told
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.known import Known
from kaichuang.entitlement.queries.questions import Question
from kaichuang.entitlement.web.answered import age_of
from kaichuang.entitlement.web.forms import UNKNOWN, AnswerForm, Asking, TableQuestion, drawn
from kaichuang.entitlement.words import shown, words
from kaichuang.facts.models.observation import Source
from kaichuang.packs.schema.matters import Matter
from kaichuang.rules.measures.values import Value
from kaichuang.ui.forms import MoneyField

REQUESTED = "requested"
_REASON = 200


class ApplicationForm(AnswerForm):
    """The questions of a matter. Bound to what was sent, `told` is the whole statement, valid or not."""

    def __init__(
        self,
        data: Any,
        *,
        asked: Asked,
        sections: Sequence[Section],
        matter: Matter,
        requested_fen: int | None = None,
        reasons: dict[str, str] | None = None,
        row_keys: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.before = asked.told
        self.row_keys: dict[str, list[str]] = {}
        self._known_keys = row_keys or {}
        if data is not None:
            # Rows that came with the page are told by the page itself; the stored ones may be newer.
            asked = replace(asked, told=replace(asked.told, tables={}))
        questions = [question for section in sections for question in section.questions]
        super().__init__(data, asked=asked, questions=questions)
        for name in [question.name for question in questions if question.name in asked.known]:
            self._add_reason(name, (reasons or {}).get(name, ""))
        if takes_amount(asked, matter):
            self.fields[REQUESTED] = MoneyField(
                required=False,
                label=_("申请金额"),
                help_text=_("不填表示按测算上限申请；填写的金额不能超过上限。"),
            )
            self.initial[REQUESTED] = requested_fen

    def _add_fact(self, name: str) -> None:
        super()._add_fact(name)
        self.fields.pop(f"{name}:unknown", None)
        self._without_unknown(name)

    def _add_table(self, question: Question, data: Any) -> None:
        super()._add_table(question, data)
        self._without_unknown(f"{question.name}:have")
        rows = self.tables[question.name].rows.forms
        known = self._known_keys.get(question.name, ())
        for at, row in enumerate(rows):
            row.key = known[at] if at < len(known) else new_key()
        if data is not None:
            # A row that came back without its key is told from the others by what it says.
            for row, key in zip(rows, keys_sent(data, question.name, len(rows)), strict=True):
                row.key = key

    def _without_unknown(self, name: str) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = [choice for choice in _choices(field) if choice[0] != UNKNOWN]

    def _add_reason(self, name: str, reason: str) -> None:
        self.fields[f"{name}:reason"] = forms.CharField(
            required=False, max_length=_REASON, label=_("与已有数据不同的原因")
        )
        self.initial[f"{name}:reason"] = reason

    def _read_table(
        self,
        question: TableQuestion,
        facts: dict[str, Value],
        tables: dict[str, list[dict[str, Value]]],
        unknown: set[str],
    ) -> None:
        """Good rows, and the good cells of others, are kept while one cell is wrong."""
        super()._read_table(question, facts, tables, unknown)
        if question.code not in tables and self.cleaned_data.get(f"{question.code}:have") != "none":
            rows = [row for form in question.rows.forms if (row := form.row())]
            if rows:
                tables[question.code] = rows
        if tables.get(question.code):
            self.row_keys[question.code] = [form.key for form in question.rows.forms if form.row()]

    @property
    def told(self) -> Told:
        """The statement: everything valid, without what only repeats what is known."""
        answered = self.answered
        others = {code: rows for code, rows in self.before.tables.items() if code not in self.tables}
        return settled(self.asked, replace(answered, tables={**others, **answered.tables}))

    @property
    def reasons(self) -> dict[str, str]:
        """Why facts are stated otherwise than known."""
        ending = ":reason"
        return {
            name.removesuffix(ending): text
            for name, text in self.cleaned_data.items()
            if name.endswith(ending) and text
        }

    @property
    def wrong_rows(self) -> list[tuple[str, str, str]]:
        """(id of the field, table with row and column, problem) of every wrong cell."""
        if not self.is_bound:
            return []
        return [
            (cell.auto_id, f"{table.title} {number} · {cell.label}", str(error))
            for table in self.tables.values()
            if self.cleaned_data.get(f"{table.code}:have", "rows") in ("", "rows")
            for number, row in enumerate(table.rows.forms, start=1)
            for cell in row
            for error in cell.errors
        ]

    @property
    def requested_fen(self) -> int | None:
        value = self.cleaned_data.get(REQUESTED)
        return value if isinstance(value, int) else None


def keys_sent(data: Any, table: str, count: int) -> list[str]:
    """The keys that came back with the rows of a form; blank where one is not ours or stands there twice."""
    sent = [str(data.get(f"t-{table}-{at}-key", "")) for at in range(count)]
    return [key if is_key(key) and sent.count(key) == 1 else "" for key in sent]


def _choices(field: forms.ChoiceField) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in field.choices]  # type: ignore[misc,union-attr]  # a plain list


def takes_amount(asked: Asked, matter: Matter) -> bool:
    """Whether one can ask for less than the rules allow: figures that are fixed leave no choice."""
    if matter.measure is None:
        return False
    plan = asked.book.plans[matter.measure]
    return plan.payable is not None and asked.book.measure(matter.measure).nature == "ceiling"


@dataclass(frozen=True, slots=True)
class Field:
    """A question as the page draws it, with why it is asked and what is known."""

    asking: Asking
    reasons: list[tuple[str, str]]
    """(condition, clause) of everything that reads it."""
    known: str
    """The value known to the platform, in words; empty where there is none."""
    source: str
    differs: bool
    reason: Any
    columns: str
    """The titles of a table's columns, in order, for those who paste."""
    pasted: str
    """What was pasted and could not be read."""


def fields_of(form: ApplicationForm, sections: Sequence[Section]) -> list[tuple[Section, list[Field]]]:
    """The sections of a form as the page draws them."""
    asking = {one.name: one for one in drawn(form)}
    return [
        (section, [_field(form, asking[q.name]) for q in section.questions if q.name in asking])
        for section in sections
    ]


def _field(form: ApplicationForm, asking: Asking) -> Field:
    book, name = form.asked.book, asking.name
    known = form.asked.known.get(name)
    reason = f"{name}:reason"
    columns = book.collections[name].columns if name in book.collections else ()
    return Field(
        asking=asking,
        reasons=reasons_for(form.asked, name),
        known=shown(book, name, {name: known.value}) if known is not None else "",
        source=source_of(known, form.asked) if known is not None else "",
        differs=known is not None and name in form.asked.told.facts and form.asked.told.facts[name] != known.value,
        reason=form[reason] if reason in form.fields else None,
        columns="、".join(words(column.title) for column in columns),
        pasted=str(form.data.get(f"paste-{name}", "")) if form.is_bound else "",
    )  # fmt: skip


def reasons_for(asked: Asked, name: str) -> list[tuple[str, str]]:
    """The conditions that read a fact or a table, with their clauses; else the measure itself."""
    book, found = asked.book, []
    for measure in asked.measures if asked.only else ():
        for check in book.plans[measure.id].checks:
            reads = book.program.depends_on(check.name)
            if check.condition.clause.startswith("GLOBAL") or check.condition.id == "in_force":
                continue
            if name in reads or any(book.table_of(used) == name for used in reads):
                found.append((words(check.condition.title), check.condition.clause))
        if not found:
            found.append((words(measure.title), measure.clause))
    return found


def source_of(known: Known, asked: Asked) -> str:
    """Where a value comes from and how old it is: "部门提供（市场监管局导入），截至 2026-03-01，约 3 个月前"."""
    label = str(Source(known.source).label) if known.source in Source.values else _("平台记录")
    text = f"{label}（{known.reference}）" if known.reference else label
    return _("%(source)s，截至 %(day)s（%(age)s）") % {
        "source": text,
        "day": known.told_on.isoformat(),
        "age": age_of(known.told_on, asked.as_of),
    }
