"""The bureau's own settings as a form: readings as choices, open figures as fields; also the knobs of the simulator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.entitlement.queries.books import Loaded
from kaichuang.entitlement.web.forms import RatioField
from kaichuang.entitlement.words import language, words
from kaichuang.packs.settings import Setting, settable
from kaichuang.rules.measures.entitlement import show_value
from kaichuang.rules.measures.values import write_value
from kaichuang.ui.forms import DateField, MoneyField

CLEARED = ""


@dataclass(frozen=True, slots=True)
class Knob:
    """A setting with its field."""

    setting: Setting
    bound: Any
    default: str
    reason: str
    measure_title: str

    @property
    def is_changed(self) -> bool:
        return self.setting.value != self.setting.default

    @property
    def slider(self) -> tuple[int, int, int] | None:
        """(least, most, step) in the field's own unit, where a slider helps: shares in per cent, money in yuan."""
        if self.setting.type == "ratio":
            return 0, 100, 1
        value = self.setting.value
        if self.setting.type == "money" and isinstance(value, int) and value > 0:
            most = max(value // 100 * 3, 1000)
            return 0, most, max(10 ** (len(str(most)) - 3), 1)
        return None


class KnobForm(forms.Form):
    """Readings and figures. `document` is the settings document; only what differs from the pack is written into it."""

    def __init__(self, data: Any, *, loaded: Loaded, everything: bool) -> None:
        super().__init__(data, prefix="s", auto_id="id_%s")
        self.loaded = loaded
        wanted = ("reading", "parameter")
        self.settings = [
            one for one in settable(loaded.pack, loaded.book, loaded.chosen) if one.kind in wanted
        ]
        if not everything:  # a figure that the text states is not the bureau's to change
            self.settings = [one for one in self.settings if one.kind == "reading" or one.default is None]
        for one in self.settings:
            self.fields[one.name] = _field(one)
            self.initial[one.name] = one.value

    @property
    def document(self) -> dict[str, Any]:
        """What differs from the pack's own figures and defaults."""
        found: dict[str, dict[str, Any]] = {"readings": {}, "parameters": {}}
        for one in self.settings:
            value = self.cleaned_data.get(one.name)
            if value in (None, CLEARED) or value == one.default:
                continue
            found["readings" if one.kind == "reading" else "parameters"][one.name] = write_value(
                value, one.type
            )
        return {section: entries for section, entries in found.items() if entries}

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from what is in force now; None takes a setting back."""
        now = self.in_force
        then = self.document
        found: dict[str, dict[str, Any]] = {}
        for section in ("readings", "parameters"):
            old, new = now.get(section, {}), then.get(section, {})
            entries = {name: new.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}
            if entries:
                found[section] = entries
        return found

    @property
    def in_force(self) -> dict[str, Any]:
        """The settings document of now, as this form would write it."""
        found: dict[str, dict[str, Any]] = {}
        for one in self.settings:
            if one.value is not None and one.value != one.default:
                section = "readings" if one.kind == "reading" else "parameters"
                found.setdefault(section, {})[one.name] = write_value(one.value, one.type)
        return found

    @property
    def readings(self) -> list[Knob]:
        return [self._knob(one) for one in self.settings if one.kind == "reading"]

    @property
    def figures(self) -> Iterator[tuple[str, str, list[Knob]]]:
        """(measure id, its title, figures), in the order of the pack."""
        groups: dict[str, list[Knob]] = {}
        for one in self.settings:
            if one.kind == "parameter":
                groups.setdefault(one.measure or "", []).append(self._knob(one))
        for id_, knobs in groups.items():
            title = words(self.loaded.book.measure(id_).title) if id_ else _("全部措施")
            yield id_, title, knobs

    def _knob(self, one: Setting) -> Knob:
        default = _("文本未定") if one.default is None else _shown(one, one.default)
        title = words(self.loaded.book.measure(one.measure).title) if one.measure else ""
        return Knob(one, self[one.name], default, words(one.reason), title)


class SettingsForm(KnobForm):
    """With the reason, which the journal keeps."""

    def __init__(self, data: Any, *, loaded: Loaded) -> None:
        super().__init__(data, loaded=loaded, everything=False)
        self.fields["reason"] = forms.CharField(
            label=gettext_lazy("修改理由"),
            max_length=200,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=gettext_lazy("例如依据哪次会议、哪份实施细则。会写入操作记录。"),
        )


def _field(one: Setting) -> forms.Field:
    common: dict[str, Any] = {"label": words(one.title), "required": False}
    if one.choices:
        choices = [(code, words(text)) for code, text in one.choices.items()]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if one.type == "money":
        return MoneyField(**common)
    if one.type == "ratio":
        return RatioField(validators=[MinValueValidator(0, message=gettext_lazy("比例不能为负。"))], **common)
    if one.type == "date":
        return DateField(**common)
    if one.type == "bool":
        coerce = {"True": True, "False": False}.get
        return forms.TypedChoiceField(
            choices=[("True", _("是")), ("False", _("否"))], coerce=coerce, **common
        )
    if one.type == "int":
        field = forms.IntegerField(min_value=0, **common)
        field.suffix = one.unit  # type: ignore[attr-defined]  # our renderer writes it behind the field
        return field
    return forms.CharField(max_length=120, **common)


def _shown(one: Setting, value: Any) -> str:
    if one.choices and value in one.choices:
        return words(one.choices[value])
    return show_value(value, one.type, one.unit, language())


def changes_in_words(loaded: Loaded, changes: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """(setting, title, before, after) of a document of changes."""
    found = []
    known = {one.name: one for one in settable(loaded.pack, loaded.book, loaded.chosen)}
    for section in ("readings", "parameters"):
        for name, written in dict(changes.get(section) or {}).items():
            one = known.get(name)
            if one is None:
                continue
            full, _type = loaded.book.setting(name)
            value = loaded.book.parse_settings({name: written})[full] if written is not None else one.default
            before = _("未定") if one.value is None else _shown(one, one.value)
            after = _("未定") if value is None else _shown(one, value)
            found.append((name, words(one.title), before, after))
    return found
