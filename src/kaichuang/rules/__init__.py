"""What is promised: rules as data, computed exactly.  Pure Python, without Django, usable alone.

``lang`` is the expression language and its engines; ``tables`` compiles decision tables into it.  Importing this package
is cheap: the names below are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaichuang.rules.lang import (
        Definition,
        FactErrors,
        Field,
        LanguageErrors,
        OutOfRange,
        Parameter,
        Problem,
        Program,
        RulesError,
        Type,
    )

__all__ = [
    "Definition",
    "FactErrors",
    "Field",
    "LanguageErrors",
    "OutOfRange",
    "Parameter",
    "Problem",
    "Program",
    "RulesError",
    "Type",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module("kaichuang.rules.lang"), name)
