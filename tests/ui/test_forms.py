"""Forms are drawn by one renderer: every field with label, help, errors; all problems at the top."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from kaichuang.kit.problems import Problem, Refused
from kaichuang.ui.forms import DateField, FileField, FilterForm, MoneyField, add_problems


class Sample(forms.Form):
    name = forms.CharField(label="名称", help_text="不超过十个字。")
    amount = MoneyField(label="金额", max_fen=10_000_000)
    started = DateField(label="日期", required=False)
    level = forms.ChoiceField(label="级别", widget=forms.RadioSelect, choices=[("a", "甲"), ("b", "乙")])
    agreed = forms.BooleanField(label="我承诺。")


def test_a_wrong_form_lists_all_problems_at_once_with_links() -> None:
    form = Sample({"amount": "二十", "started": "昨天"})
    html = form.render()
    assert html.count('role="alert"') == 1
    for name in ("name", "amount", "started", "agreed"):
        assert f'<a href="#id_{name}' in html
    assert 'class="form-control is-invalid"' in html
    assert '<input type="text" name="started" value="昨天"' in html, "a calendar would drop what is no day"
    assert (
        '<input type="date" name="started" value="2026-11-22"' in Sample({"started": "2026-11-22"}).render()
    )
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html


def test_required_fields_are_marked_and_choices_share_a_legend() -> None:
    html = Sample().render()
    assert html.count("kc-required") == 4
    assert "<legend" in html
    assert html.count('type="radio"') == 2


@pytest.mark.parametrize(
    ("typed", "fen"), [("1,200", 120_000), ("1.2万", 1_200_000), ("￥300元", 30_000), ("0.01", 1)]
)
def test_money_is_typed_in_yuan_and_kept_in_fen(typed: str, fen: int) -> None:
    assert MoneyField().clean(typed) == fen


@pytest.mark.parametrize("typed", ["", "abc", "1.234", "-5", "100001"])
def test_money_that_is_none_is_refused_in_words(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MoneyField(max_fen=10_000_000).clean(typed)


def test_money_is_shown_again_as_typed_people_write_it() -> None:
    assert 'value="1,234.50"' in str(Sample(initial={"amount": 123_450})["amount"])


def test_a_file_that_is_too_large_is_refused_with_the_limit() -> None:
    field = FileField(accept=(".pdf",), max_bytes=10)
    assert "pdf" in str(field.help_text)
    with pytest.raises(forms.ValidationError, match="超过上限"):
        field.clean(SimpleUploadedFile("a.pdf", b"x" * 11))
    assert field.clean(SimpleUploadedFile("a.pdf", b"x" * 10)).size == 10


def test_refusals_of_an_operation_stand_at_their_fields(db: None) -> None:
    form = Sample({"name": "x", "amount": "1", "level": "a", "agreed": "on"})
    assert form.is_valid()
    add_problems(
        form,
        Refused(
            Problem("low", "面积不足。", field="name", clause="NH/2.1"), Problem("closed", "申报已截止。")
        ),
    )
    assert "面积不足。" in str(form.errors["name"])
    assert "kc-clause" in str(form.errors["name"])
    assert "申报已截止。" in form.render()


class Filters(FilterForm):
    words = forms.CharField(label="关键词")
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), ("open", "办理中")])
    since = DateField(label="起")


def test_filters_ignore_what_is_not_valid_and_name_what_is_active() -> None:
    filters: Any = Filters(QueryDict("words=创客&state=open&since=never"))
    assert filters.values == {"words": "创客", "state": "open"}
    assert list(filters.active()) == [("words", "关键词", "创客"), ("state", "状态", "办理中")]


def test_a_form_component_has_token_and_buttons(rf: Any) -> None:
    html = Template("{% form form submit='提交' cancel_url='/back/' %}{% endform %}").render(
        Context({"form": Sample(), "request": rf.get("/")})
    )
    assert "csrfmiddlewaretoken" in html
    assert 'href="/back/"' in html


def test_hints_of_files_are_in_the_language_of_the_reader() -> None:
    field = FileField(accept=(".pdf",), max_bytes=1024)
    assert str(field.help_text).startswith("支持pdf")
    with translation.override("en"):
        assert "pdf" in str(field.help_text)
        assert "支持" not in str(field.help_text)
