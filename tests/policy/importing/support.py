"""Finds the material that may lie beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
DOCUMENTS = HERE / "documents"
BESIDE = HERE.parents[3] / "shared"
POLICIES = BESIDE / "policies"

needs_policies = pytest.mark.skipif(
    not (POLICIES / "golden_tree.json").exists(), reason="the policy texts do not lie beside the project"
)
