"""The browser of tests/browser, for the journeys of money."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_FILE = Path(__file__).parents[2] / "browser" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("browser_fixtures", _FILE)
if _SPEC is None or _SPEC.loader is None:
    raise ImportError(_FILE)
_module = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_module)

browser, visit = _module.browser, _module.visit


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.filterwarnings("ignore:No directory at:UserWarning"))
