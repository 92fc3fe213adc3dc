"""Every word that a workflow table may use has a meaning once all contexts are there."""

from __future__ import annotations

from typing import get_args

from kaichuang.cases import registry
from kaichuang.packs.schema.workflows import Effect, Need


def test_every_requirement_and_consequence_of_the_tables_has_a_meaning() -> None:
    assert registry.words() == (frozenset(get_args(Need)), frozenset(get_args(Effect)))
