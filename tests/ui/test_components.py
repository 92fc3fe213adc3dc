"""Components declare what they take, and refuse everything else when a template compiles."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from kaichuang.ui import citations
from kaichuang.ui.citations import Citation
from kaichuang.ui.components import COMPONENTS
from kaichuang.ui.components.history import differences
from kaichuang.ui.components.values import deadline, money, percent
from kaichuang.ui.examples import EXAMPLES, GROUPS
from kaichuang.ui.examples.registry import render_example


def render(source: str, **values: Any) -> str:
    return Template(source).render(Context(values))


def test_every_component_has_a_docstring_and_an_example_and_a_chapter() -> None:
    shown = {example.component for example in EXAMPLES}
    listed = {name for _title, names in GROUPS for name in names}
    assert shown == listed == set(COMPONENTS)
    assert all(component.doc for component in COMPONENTS.values())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.component}-{example.state}")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.django_db
def test_every_example_is_drawn(example: Any, language: str, rf: RequestFactory) -> None:
    from django.utils import translation

    with translation.override(language):
        html = render_example(example, rf.get("/design/"))
    assert html.strip()
    assert "style=" not in html.replace("data-style=", "")
    assert " on" not in "".join(part.split(">")[0] for part in html.split("<button")[1:])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% badge 'x' colour='red' %}", "has no prop 'colour'"),
        ("{% badge %}", "needs label"),
        ("{% badge 'x' label='y' %}", "given twice"),
        ("{% badge 'x' 'y' %}", "needs a name"),
        ("{% card 'x' %}{% fill head %}{% endfill %}{% endcard %}", "has no slot 'head'"),
        (
            "{% card 'x' %}{% fill footer %}{% endfill %}{% fill footer %}{% endfill %}{% endcard %}",
            "filled twice",
        ),
        ("{% card 'x' %}{% if 1 %}{% fill footer %}{% endfill %}{% endif %}{% endcard %}", "directly inside"),
    ],
)
def test_a_wrong_use_is_an_error_when_the_template_compiles(source: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=message):
        Template(source)


def test_an_unknown_tone_is_refused() -> None:
    with pytest.raises(ValueError, match="tone 'red'"):
        render("{% badge 'x' tone='red' %}")


def test_props_are_escaped_and_slots_are_not_escaped_twice() -> None:
    html = render("{% card title %}<b>{{ title }}</b>{% endcard %}", title="<script>")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 2
    assert "<b>" in html


def test_a_component_can_be_kept_for_a_prop_of_another() -> None:
    html = render(
        "{% badge '已通过' tone='success' as status %}{% page_header '申请' status=status %}{% endpage_header %}"
    )
    assert html.count("已通过") == 1
    assert "kc-success" in html


@pytest.mark.parametrize(
    ("fen", "unit", "words"),
    [
        (123_456_789, "yuan", "1,234,567.89"),
        (20_000_000, "wan", "20"),
        (-20_000_000, "wan", "-20"),
        (1_234_000_000_000, "wan", "1,234,000"),
        (999_999, "auto", "9,999.99"),
        (20_000_000, "auto", "20"),
        (-5_000, "yuan", "-50"),
    ],
)
def test_money_is_written_exactly(fen: int, unit: str, words: str) -> None:
    assert f'"kc-figure">{words}<' in money(fen, unit=unit)


def test_only_chinese_counts_in_ten_thousands() -> None:
    with translation.override("en"):
        shown = money(100_000_000, unit="auto")
    assert '"kc-figure">1,000,000<' in shown
    assert '"kc-figure">100<' in money(100_000_000, unit="auto")


def test_missing_values_are_a_dash() -> None:
    assert "—" in money(None)
    assert "—" in percent(part=0, whole=0)


TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("options", "tone", "words"),
    [
        ({"due_on": date(2026, 12, 20)}, "info", "还剩 30 天"),
        ({"due_on": date(2026, 11, 23)}, "warning", "还剩 3 天"),
        ({"due_on": date(2026, 11, 24), "left": 2, "working": True}, "warning", "还剩 2 个工作日"),
        ({"due_on": TODAY}, "warning", "今日到期"),
        ({"due_on": date(2026, 11, 18)}, "danger", "已超期 2 天"),
        ({"due_on": None, "paused": True}, "neutral", "时限中止"),
        ({"due_on": TODAY, "met_on": TODAY}, "success", "按期办结"),
        ({"due_on": date(2026, 11, 19), "met_on": TODAY}, "warning", "逾期办结"),
    ],
)
def test_a_deadline_says_what_it_means_today(options: dict[str, Any], tone: str, words: str) -> None:
    html = deadline(options.pop("due_on"), today=TODAY, **options)
    assert words in html
    assert f"kc-{tone}" in html


def test_a_clause_is_a_link_when_the_library_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citations, "_resolvers", [])
    citations.register(
        lambda reference: Citation("二（二）", "/policy/c/1/") if reference == "NH/2.2" else None
    )
    assert 'href="/policy/c/1/"' in render("{% clause 'NH/2.2' %}")
    assert "<a " not in render("{% clause 'XX/1' %}")
    assert render("{% clause '' %}") == ""


def test_a_redline_gives_both_texts_back() -> None:
    old, new = "给予房租30%的补助，最高10万元。", "给予房租50%的补助，每年最高20万元。"
    pieces = list(differences(old, new))
    assert "".join(piece[1] for piece in pieces) == old
    assert "".join(piece[2] for piece in pieces) == new
    assert ("change", "30%", "50%") in pieces
