"""The table of functions is fit to be shown to people who write packs."""

from __future__ import annotations

import pytest
from rules_reference import FUNCTIONS as REFERENCE

from kaichuang.rules.lang.functions import FUNCTIONS


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_a_signature_a_sentence_and_an_independent_reading(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.signature.startswith(f"{name}(")
    assert function.doc
    assert name in REFERENCE or name in ("coalesce", "known")
