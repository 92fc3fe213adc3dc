"""Translations: extracted, filled, compared and compiled without any outside tool."""

from __future__ import annotations

import os
import re
from pathlib import Path

import polib
import pytest

from kaichuang.runtime import catalogues, messages

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
first = _("提交申请")
second = gettext_lazy("为%(name)s发布")
third = ngettext("%(count)s 个文件", "%(count)s 个文件（多）", 2)
fourth = pgettext("动词", "发布")
looked_up = _(first)
"""
TEMPLATE = """{% load i18n %}<h1>{% translate "裏面的软件" %}</h1>{{ _("单位") }}
{% blocktranslate trimmed count n=items|length %}
  {{ n }} 条政策
{% plural %}
  {{ n }} 条政策们
{% endblocktranslate %}{# {% translate "注释" %} #}"""


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A context with one Python file and one template."""
    folder = tmp_path / "grants"
    (folder / "templates").mkdir(parents=True)
    (folder / "apps.py").write_text("")
    (folder / "texts.py").write_text(PYTHON, "utf-8")
    (folder / "templates" / "page.html").write_text(TEMPLATE, "utf-8")
    return folder


def update(folder: Path) -> None:
    found = messages.extract(folder)
    for language in catalogues.LANGUAGES:
        catalogues.merge(folder, language, found)


def english(folder: Path) -> polib.POFile:
    return polib.pofile(str(catalogues.po_file(folder, "en")))


def translate_all(folder: Path) -> None:
    catalogue = english(folder)
    for entry in catalogue:
        names = " ".join(re.findall(r"%\(\w+\)s", entry.msgid))
        if entry.msgid_plural:
            entry.msgstr_plural = {0: f"{names} thing", 1: f"{names} things"}
        else:
            entry.msgstr = f"Publish for {names}" if names else "Text"
    catalogue.save(str(catalogues.po_file(folder, "en")))


def test_all_strings_of_python_and_templates_are_found(context: Path) -> None:
    found = messages.extract(context)
    assert set(found.places) == {
        ("", "提交申请", ""),
        ("", "为%(name)s发布", ""),
        ("", "%(count)s 个文件", "%(count)s 个文件（多）"),
        ("动词", "发布", ""),
        ("", "裏面的软件", ""),
        ("", "单位", ""),
        ("", "%(n)s 条政策", "%(n)s 条政策们"),
    }
    assert found.places["", "单位", ""] == {"templates/page.html"}
    assert found.problems == []


def test_string_built_at_run_time_is_reported(context: Path) -> None:
    (context / "texts.py").write_text('_(f"第{number}条")', "utf-8")
    assert "f-string" in messages.extract(context).problems[0]


def test_nested_context_keeps_its_own_strings(context: Path) -> None:
    nested = context / "inner"
    nested.mkdir()
    (nested / "apps.py").write_text('_("内层")', "utf-8")
    assert ("", "内层", "") not in messages.extract(context).places
    assert ("", "内层", "") in messages.extract(nested).places


def test_traditional_chinese_is_filled_and_english_waits(context: Path) -> None:
    update(context)
    traditional = polib.pofile(str(catalogues.po_file(context, "zh_Hant")))
    assert traditional.find("为%(name)s发布").msgstr == "為%(name)s發佈"
    assert {problem.split(": ")[1] for problem in catalogues.check(context)} == {"未翻译 / not translated"}
    translate_all(context)
    assert list(catalogues.check(context)) == []


def test_second_update_changes_nothing(context: Path) -> None:
    update(context)
    translate_all(context)
    update(context)
    before = catalogues.po_file(context, "en").read_bytes()
    found = messages.extract(context)
    assert not any(catalogues.merge(context, language, found) for language in catalogues.LANGUAGES)
    assert catalogues.po_file(context, "en").read_bytes() == before


def test_check_finds_every_kind_of_trouble(context: Path) -> None:
    update(context)
    translate_all(context)
    catalogue = english(context)
    catalogue.find("为%(name)s发布").msgstr = "Publish for %(nmae)s"
    catalogue.find("提交申请").flags.append("fuzzy")
    catalogue.find("裏面的软件").msgstr = "裏面的软件"
    catalogue.remove(catalogue.find("单位"))
    catalogue.append(polib.POEntry(msgid="早已不用", msgstr="gone"))
    catalogue.save(str(catalogues.po_file(context, "en")))
    told = "\n".join(catalogues.check(context))
    for words in (
        "placeholders differ",
        "fuzzy",
        "English equals",
        "not in the catalogue",
        "no longer in the sources",
    ):
        assert words in told
    assert len(told.splitlines()) == 5


def test_english_of_a_vanished_string_returns_with_it(context: Path) -> None:
    update(context)
    translate_all(context)
    (context / "texts.py").write_text("", "utf-8")
    update(context)
    assert list(catalogues.check(context)) == []
    assert english(context).find("提交申请") is None
    (context / "texts.py").write_text(PYTHON, "utf-8")
    update(context)
    assert english(context).find("提交申请").msgstr == "Text"


def test_compiling_touches_only_what_is_stale(context: Path) -> None:
    update(context)
    translate_all(context)
    assert catalogues.compile_stale(context) == 2
    assert catalogues.compile_stale(context) == 0
    assert catalogues.stale(context) == []
    file = catalogues.po_file(context, "en")
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 10**9))
    assert catalogues.stale(context) == [file]
    assert catalogues.compile_stale(context) == 1
    assert polib.mofile(str(file.with_suffix(".mo"))).find("单位").msgstr == "Text"


def test_one_string_with_two_translations_is_reported(context: Path, tmp_path: Path) -> None:
    other = tmp_path / "audit"
    other.mkdir()
    (other / "apps.py").write_text('_("单位")', "utf-8")
    for folder in (context, other):
        update(folder)
        translate_all(folder)
    assert list(catalogues.conflicts([context, other])) == []
    catalogue = english(other)
    catalogue.find("单位").msgstr = "Unit"
    catalogue.save(str(catalogues.po_file(other, "en")))
    assert "pgettext" in "".join(catalogues.conflicts([context, other]))
