"""Fonts of printed documents: the same on every machine, unless an installation brings the official ones."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from kaichuang.runtime import config


def font_folders() -> list[str]:
    """The installation's own folder first (仿宋_GB2312, 方正小标宋 and the like may not be redistributed)."""
    own = config.path("KAICHUANG_FONT_DIR")
    bundled = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    return [str(own), bundled] if own else [bundled]


@lru_cache(maxsize=4)
def fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """Loaded once per process; system fonts are ignored so that output is equal everywhere."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))
