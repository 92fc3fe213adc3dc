"""Simplified and traditional characters."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=256)
def simplified(text: str) -> str:
    """`text` in simplified characters."""
    converted: str = text if text.isascii() else _converter().convert(text)
    return converted
