"""The journal's codes in words."""

from __future__ import annotations

import pytest
from django.utils import translation

from kaichuang.journal import words
from kaichuang.journal.models import Entry


def entry(action: str, subject_type: str = "notices.workitem", **more: str) -> Entry:
    return Entry(**{"from_state": "", "to_state": "", **more}, action=action, subject_type=subject_type)


def test_verbs_are_told_in_the_readers_language() -> None:
    assert words.action_in_words(entry("grant_role")) == "授予角色"
    with translation.override("en"):
        assert words.action_in_words(entry("grant_role")) == "Role granted"
    assert words.action_in_words(entry("never_named")) == "never_named"


def test_a_contexts_own_verb_comes_before_the_common_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_of_context", {})
    words.name_actions("notices", {"finish": "办结"})
    assert words.action_in_words(entry("finish")) == "办结"
    assert words.action_in_words(entry("finish", "policy.book")) == "完成"
    assert words.actions_named("办结") == ["办结", "settle", "finish"]


def test_states_are_those_of_the_model() -> None:
    assert words.states_in_words(entry("finish", from_state="open", to_state="done")) == "待办 → 已办"
    assert words.states_in_words(entry("finish", to_state="gone")) == "gone"
    assert words.states_in_words(entry("touch", "places.division", to_state="x")) == "x"
    assert words.states_in_words(entry("touch", "no.model", from_state="a")) == "a"


def test_subjects_are_found_by_name() -> None:
    assert "notices.workitem" in words.subjects_named("待办")
    assert words.subject_in_words("notices.workitem") == "待办"
    assert words.subject_in_words("no.model") == "no.model"
