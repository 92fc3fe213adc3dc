"""Questions of the calculator as forms: one field a fact, one small table a collection, "I do not know" allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _

from kaichuang.entitlement.queries.answers import MOST_ROWS, Told
from kaichuang.entitlement.queries.asking import Asked
from kaichuang.entitlement.queries.questions import Question
from kaichuang.entitlement.words import language, localised, named, title_of, words
from kaichuang.rules.lang.admission import admit
from kaichuang.rules.lang.errors import Wrong
from kaichuang.rules.measures import Rulebook
from kaichuang.rules.measures.facts import Described
from kaichuang.rules.measures.values import Value, parse_ratio, show_ratio
from kaichuang.ui.forms import DateField, MoneyField

UNKNOWN = "?"
_LARGEST = 10**12
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
_RADIO = 6
_MAX_TEXT = 120


class RatioField(forms.CharField):
    """A share, typed as `30%` or `0.3`; the value is exact."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "placeholder": _("例如 30%")}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_ratio(text)
        except ValueError as error:
            raise ValidationError(_("请填写比例，例如 30% 或 0.3。"), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return show_ratio(value) if isinstance(value, Fraction) else value


def field_for(item: Described, *, unknown: bool = False) -> forms.Field:
    """A form field for a fact or a column; `unknown` offers "I do not know" among the choices."""
    label = words(item.title)
    common: dict[str, Any] = {"required": False, "label": label, "help_text": words(item.note)}
    low, high = item.bounds
    not_known = [(UNKNOWN, _("不知道"))] if unknown else []
    if item.type == "bool":
        choices = [("yes", _("是")), ("no", _("否")), *not_known]
        return _choice(choices, common, radio=unknown)
    if item.type == "text" and item.values:
        choices = [*((code, words(text)) for code, text in item.values.items()), *not_known]
        return _choice(choices, common, radio=unknown and len(choices) <= _RADIO)
    if item.type == "money":
        limits = {"min_fen": cast("int | None", low), "max_fen": cast("int | None", high)}
        return MoneyField(**{k: v for k, v in limits.items() if v is not None}, **common)
    if item.type == "date":
        return _with_bounds(DateField(**common), low or _FIRST, high or _LAST)
    if item.type == "ratio":
        return RatioField(**common)
    if item.type == "int":
        most = _LARGEST if high is None else cast("int", high)
        field = forms.IntegerField(min_value=cast("int | None", low), max_value=most, **common)
        field.suffix = item.unit  # type: ignore[attr-defined]  # our renderer writes it behind the field
        return field
    return forms.CharField(max_length=_MAX_TEXT, **common)


def _choice(choices: list[tuple[str, str]], common: dict[str, Any], *, radio: bool) -> forms.Field:
    if radio:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", "—"), *choices], **common)


def _with_bounds(field: forms.Field, low: Value | None, high: Value | None) -> forms.Field:
    def check(value: date) -> None:
        if (isinstance(low, date) and value < low) or (isinstance(high, date) and value > high):
            raise ValidationError(
                _("日期应在 %(low)s 与 %(high)s 之间。") % {"low": low or "…", "high": high or "…"}
            )

    field.validators.append(check)
    return field


def as_value(item: Described, cleaned: Any) -> Value | None:
    """What a field holds, in the program's values; None when it was left empty."""
    if cleaned in (None, ""):
        return None
    if item.type == "bool":
        return bool(cleaned == "yes")
    return cast("Value", cleaned)


def as_initial(item: Described, value: Value | None) -> Any:
    """What a field shows for a value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


@dataclass(frozen=True)
class TableQuestion:
    """A collection as a formset, with the totals that may be given instead."""

    code: str
    title: str
    rows: BaseFormSet[Any]
    totals: list[str]


class AnswerForm(forms.Form):
    """The questions asked now. After validation, `answered` is what was told before with these answers laid over it."""

    def __init__(self, data: Any, *, asked: Asked, questions: Sequence[Question], files: Any = None) -> None:
        super().__init__(data, prefix="q", auto_id="id_%s")
        self.asked, self.questions = asked, list(questions)
        self.tables: dict[str, TableQuestion] = {}
        book = asked.book
        for question in self.questions:
            if question.name in book.collections:
                self._add_table(question, data)
            else:
                self._add_fact(question.name)

    # -- making it --------------------------------------------------------------------------------------------------

    def _add_fact(self, name: str) -> None:
        item = described(self.asked.book, name)
        if item is None:
            return
        self.fields[name] = field_for(item, unknown=True)
        value = self.asked.facts.get(name)
        self.initial[name] = UNKNOWN if name in self.asked.told.unknown else as_initial(item, value)
        if not self._offers_unknown(name):
            self.fields[f"{name}:unknown"] = forms.BooleanField(required=False, label=_("不知道"))
            self.initial[f"{name}:unknown"] = name in self.asked.told.unknown

    def _add_table(self, question: Question, data: Any) -> None:
        code = question.name
        collection = self.asked.book.collections[code]
        base = type("Row", (RowForm,), {column.code: field_for(column) for column in collection.columns})
        factory: Any = formset_factory(
            base, extra=1, can_delete=True, can_delete_extra=False, max_num=MOST_ROWS, validate_max=True
        )
        rows = [
            {
                column.code: as_initial(column, row.get(column.code, _default(column)))
                for column in collection.columns
            }
            for row in self.asked.told.tables.get(code, ())
        ]
        formset = factory(data, prefix=f"t-{code}", initial=rows, form_kwargs={"columns": collection.columns})
        choices = [
            ("rows", _("逐条填写")),
            ("none", _("没有此类记录")),
            (UNKNOWN, _("不知道")),
        ]
        told = self.asked.told
        have = UNKNOWN if code in told.unknown else "none" if told.tables.get(code) == [] else "rows"
        self.fields[f"{code}:have"] = forms.ChoiceField(
            choices=choices, widget=forms.RadioSelect, required=False, label=words(collection.title)
        )
        self.initial[f"{code}:have"] = have
        totals = [name for name in question.totals if described(self.asked.book, name) is not None]
        for name in totals:
            self._add_total(name)
        self.tables[code] = TableQuestion(code, words(collection.title), formset, totals)

    def _add_total(self, name: str) -> None:
        item = described(self.asked.book, name)
        assert item is not None
        self.fields[name] = field_for(item)
        self.fields[name].label = words(item.title)
        self.initial[name] = as_initial(item, self.asked.told.facts.get(name))

    def _offers_unknown(self, name: str) -> bool:
        return isinstance(self.fields[name], forms.ChoiceField)

    def clean(self) -> dict[str, Any]:
        """What the rules would refuse is refused here, at its field."""
        cleaned = super().clean() or {}
        fields = self.asked.book.compiled.fields
        for name in [name for name in self.fields if name in fields and name not in self.errors]:
            item = described(self.asked.book, name)
            value = as_value(item, cleaned.get(name)) if item is not None else None
            if value is None or cleaned.get(name) == UNKNOWN:
                continue
            try:
                admit(fields[name], value)
            except Wrong as wrong:
                problem = wrong.at(name)
                self.add_error(name, problem.en if language() == "en" else localised(problem.zh))
        return cleaned

    # -- reading it -------------------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        """The fields and every row of every table, so that all problems are told at once."""
        fields = super().is_valid()
        rows = [question.rows.is_valid() or not self._by_rows(question) for question in self.tables.values()]
        return fields and all(rows)

    def _by_rows(self, question: TableQuestion) -> bool:
        return self.cleaned_data.get(f"{question.code}:have", "rows") in ("", "rows")

    @property
    def answered(self) -> Told:
        """What was told before, with every valid answer of this form; what is wrong is left as it was."""
        told = self.asked.told
        facts, tables, unknown = dict(told.facts), dict(told.tables), set(told.unknown)
        for question in self.questions:
            name = question.name
            if name in self.tables:
                self._read_table(self.tables[name], facts, tables, unknown)
            elif name in self.fields and name not in self.errors:
                self._read_fact(name, facts, unknown)
        return replace(told, facts=facts, tables=tables, unknown=frozenset(unknown))

    def _read_fact(self, name: str, facts: dict[str, Value], unknown: set[str]) -> None:
        cleaned = self.cleaned_data.get(name)
        facts.pop(name, None)
        unknown.discard(name)
        if cleaned == UNKNOWN or self.cleaned_data.get(f"{name}:unknown"):
            unknown.add(name)
            return
        item = described(self.asked.book, name)
        assert item is not None
        value = as_value(item, cleaned)
        if value is not None:
            facts[name] = value

    def _read_table(
        self,
        question: TableQuestion,
        facts: dict[str, Value],
        tables: dict[str, list[dict[str, Value]]],
        unknown: set[str],
    ) -> None:
        code = question.code
        tables.pop(code, None)
        unknown.discard(code)
        for name in question.totals:
            facts.pop(name, None)
            item = described(self.asked.book, name)
            value = as_value(item, self.cleaned_data.get(name)) if item is not None else None
            if value is not None:
                facts[name] = value
        have = self.cleaned_data.get(f"{code}:have")
        if have == UNKNOWN:
            unknown.add(code)
        elif have == "none":
            tables[code] = []
        elif question.rows.is_valid():
            rows = [row for form in question.rows.forms if (row := form.row())]
            if rows:
                tables[code] = rows


class RowForm(forms.Form):
    """One row of a table; an empty one does not count."""

    def __init__(self, *args: Any, columns: Sequence[Described], **options: Any) -> None:
        super().__init__(*args, **options)
        self.columns = columns
        if not self.initial:
            for column in columns:
                default = _default(column)
                if default is not None:
                    self.initial[column.code] = as_initial(column, default)

    def row(self) -> dict[str, Value]:
        """The values; empty for a row that was left as it came, or struck out."""
        if (not self.has_changed() and not self.initial_told) or self.cleaned_data.get("DELETE"):
            return {}
        found = {c.code: as_value(c, self.cleaned_data.get(c.code)) for c in self.columns}
        return {code: value for code, value in found.items() if value is not None}

    @property
    def initial_told(self) -> bool:
        """Whether the row was there before."""
        return not self.empty_permitted

    @property
    def cells(self) -> Iterator[Any]:
        """The bound fields of the columns, for the template."""
        for column in self.columns:
            yield self[column.code]


def _default(column: Described) -> Value | None:
    from kaichuang.rules.measures.values import parse_value

    return parse_value(column.default, column.type) if column.default not in (None, "as_of") else None


def described(book: Rulebook, name: str) -> Described | None:
    """A fact or a total as something that can be asked for; None for what cannot be asked."""
    if name in book.facts:
        return book.facts[name]
    if name not in book.compiled.fields or name in book.compiled.unset:
        return None
    meaning = book.meanings.get(name)
    if meaning is None:
        return None
    return Described(
        code="total",
        title=meaning.title,
        type=meaning.type,
        unit=meaning.unit,
        values=dict(meaning.values or {}),
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as the page draws it."""

    name: str
    title: str
    bound: Any
    not_known: Any
    table: TableQuestion | None
    have: Any
    totals: list[Any]
    measures: list[tuple[str, str]]
    clauses: list[str]
    suppliers: list[str]
    evidence: list[str]
    by_applicant: bool


def drawn(form: AnswerForm) -> list[Asking]:
    """The questions of a form with their reasons."""
    found = []
    book, pack = form.asked.book, form.asked.loaded.pack
    for question in form.questions:
        item = book.collections.get(question.name) or book.facts.get(question.name)
        table = form.tables.get(question.name)
        if table is None and question.name not in form.fields:
            continue
        found.append(
            Asking(
                name=question.name,
                title=title_of(book, question.name),
                bound=form[question.name] if table is None else None,
                not_known=form[f"{question.name}:unknown"]
                if f"{question.name}:unknown" in form.fields
                else None,
                table=table,
                have=form[f"{question.name}:have"] if table is not None else None,
                totals=[form[name] for name in table.totals] if table is not None else [],
                measures=[(measure.id, words(measure.title)) for measure in question.measures],
                clauses=question.clauses,
                suppliers=[named(pack, "suppliers", code) for code in (item.suppliers if item else ())],
                evidence=[named(pack, "evidence", code) for code in (item.evidence if item else ())],
                by_applicant=item is None or not item.suppliers or "applicant" in item.suppliers,
            )
        )
    return found
